"""Money: integer minor units and an ISO 4217 currency. No float, no implicit zero, no mixed sum."""

from collections.abc import Iterable
from dataclasses import dataclass

# Minor-unit digits of the currencies whose packs are released (ISO 4217).
MINOR_DIGITS = {"CNY": 2, "USD": 2, "GBP": 2, "INR": 2, "EUR": 2, "CHF": 2, "SGD": 2}
# Larger than any consumer debt, small enough for a signed 64-bit column and for JavaScript's integers.
MAX_MINOR = 10**15


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount, for instance `Money(12050, "CNY")` for ¥120.50."""

    amount_minor: int
    currency: str

    def __post_init__(self) -> None:
        if isinstance(self.amount_minor, bool) or not isinstance(self.amount_minor, int):
            raise TypeError("Money counts whole minor units.")
        if self.currency not in MINOR_DIGITS:
            raise ValueError(f"Unknown currency {self.currency!r}.")
        if abs(self.amount_minor) > MAX_MINOR:
            raise ValueError("The amount is larger than any debt this system keeps.")

    def __add__(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise ValueError(f"Cannot add {other.currency} to {self.currency}.")
        return Money(self.amount_minor + other.amount_minor, self.currency)

    def __str__(self) -> str:
        digits = MINOR_DIGITS[self.currency]
        sign = "-" if self.amount_minor < 0 else ""
        whole, part = divmod(abs(self.amount_minor), 10**digits)
        return f"{self.currency} {sign}{whole:,}.{part:0{digits}d}"


def total(amounts: Iterable[Money], *, currency: str) -> Money:
    """The sum in `currency`; another currency among `amounts` raises ValueError."""
    result = Money(0, currency)
    for amount in amounts:
        result = result + amount
    return result
