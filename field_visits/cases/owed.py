"""What is owed, split as law asks: principal, interest, fees (恶意透支 counts principal only). Pure."""

import re
from dataclasses import dataclass

from field_visits.cases.words import invalid
from field_visits.kernel.money import MAX_MINOR, MINOR_DIGITS, Money

_DECIMAL = re.compile(r"([0-9]{1,15})(?:\.([0-9]+))?")


@dataclass(frozen=True, slots=True)
class Owed:
    """Three parts of one debt in minor units of one currency.

    Raises:
        InvalidError: A part is negative or larger than any debt kept here, or the currency is not known.
    """

    principal_minor: int
    interest_minor: int
    fees_minor: int
    currency: str

    def __post_init__(self) -> None:
        if self.currency not in MINOR_DIGITS:
            raise invalid("This currency is not kept here.", "/currency", f"one of {', '.join(MINOR_DIGITS)}")
        for part in ("principal", "interest", "fees"):
            if not 0 <= getattr(self, f"{part}_minor") <= MAX_MINOR:
                raise invalid(
                    "A part of the balance is out of range.", f"/{part}", "not negative, not absurd"
                )
        if self.total_minor > MAX_MINOR:
            raise invalid("The balance is larger than any debt kept here.", "/principal", "too large")

    @property
    def total_minor(self) -> int:
        return self.principal_minor + self.interest_minor + self.fees_minor

    @property
    def total(self) -> Money:
        return Money(self.total_minor, self.currency)


def minor_of(text: str, currency: str, pointer: str) -> int:
    """The minor units of an amount written in major units, exactly: «120.5» of CNY is 12050.

    Raises:
        InvalidError: It is no plain decimal number, or finer than the currency's smallest unit.
    """
    if currency not in MINOR_DIGITS:
        raise invalid("This currency is not kept here.", "/currency", f"one of {', '.join(MINOR_DIGITS)}")
    found = _DECIMAL.fullmatch(text.strip())
    if found is None:
        raise invalid(
            "This is no amount.",
            pointer,
            "digits with a decimal point, without sign and separators: 12000.50",
        )
    whole, part = found[1], found[2] or ""
    digits = MINOR_DIGITS[currency]
    if len(part) > digits:
        raise invalid(f"{currency} has {digits} decimals.", pointer, f"at most {digits} decimals")
    minor = int(whole + part.ljust(digits, "0"))
    if minor > MAX_MINOR:
        raise invalid("The amount is larger than any debt kept here.", pointer, "too large")
    return minor
