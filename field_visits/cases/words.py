"""The closed lists of words that rows of a case use, and what a text must look like to be kept."""

import re
import unicodedata
from collections.abc import Collection
from enum import StrEnum
from typing import TypeVar

from field_visits.kernel.errors import Fault, InvalidError

MAX_REFERENCE = 100
MAX_NAME = 200
MAX_LINE = 200
MAX_TEXT = 4000
_PHONE = re.compile(r"\+?[0-9]{5,15}")
_PHONE_PUNCTUATION = re.compile(r"[ \-./()\u00a0]")
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,190}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_SKILL = re.compile(r"[a-z0-9][a-z0-9_-]{0,49}")

WordT = TypeVar("WordT", bound=StrEnum)


class AddressKind(StrEnum):
    HOME = "home"
    WORK = "work"
    OTHER = "other"


class Direction(StrEnum):
    """Who sought whom. Only what goes out counts against the frequency rules."""

    OUT = "out"
    IN = "in"


class ContactResult(StrEnum):
    """What came of an attempt."""

    REACHED = "reached"
    THIRD_PARTY = "third_party"
    NOBODY = "nobody"
    DELIVERED = "delivered"
    REFUSED = "refused"
    UNDELIVERED = "undelivered"
    ABORTED = "aborted"


# Those in which the right person learned of it.
EFFECTIVE = frozenset({ContactResult.REACHED, ContactResult.DELIVERED, ContactResult.REFUSED})


class PersonMet(StrEnum):
    """Who was met or spoken to (law.md §3c)."""

    SELF = "self"
    GUARANTOR = "guarantor"
    RELATED = "related"
    UNRELATED = "unrelated"
    NONE = "none"


class PaymentMethod(StrEnum):
    """How money moved. Cash into a collector's hand is no method (law.md §3b)."""

    BANK_TRANSFER = "bank_transfer"
    CARD = "card"
    GATEWAY = "gateway"
    DIRECT_DEBIT = "direct_debit"
    COUNTER = "counter"
    CHEQUE = "cheque"


class LegalEventKind(StrEnum):
    """What happened elsewhere and starts, stops or ends a legal clock."""

    VALIDATION_SENT = "validation_sent"  # US-VAL-1: the validation notice went out
    VERIFICATION_SENT = "verification_sent"  # US-VAL-2: the answer to a written dispute
    ORAL_PLAN = "oral_plan"  # CN-PLAN-5: a plan agreed by word, whose audio is kept
    TREATMENT_ENDED = "treatment_ended"  # UK-HOLD-1: of a mental health crisis


def line(value: str, pointer: str, *, longest: int = MAX_LINE) -> str:
    """One line of text in Unicode's composed form, spaces folded.

    Raises:
        InvalidError: It is empty, too long, or holds control characters.
    """
    folded = " ".join(unicodedata.normalize("NFC", value).split())
    if not folded or len(folded) > longest:
        raise invalid("A text is missing or too long.", pointer, f"1 to {longest} characters")
    if any(unicodedata.category(one) in {"Cc", "Cs", "Co", "Cn"} for one in folded):
        raise invalid("A text holds characters that nobody can read.", pointer, "no control characters")
    return folded


def optional_line(value: str | None, pointer: str, *, longest: int = MAX_LINE) -> str | None:
    """As `line`; None and blank text are None."""
    return None if value is None or not value.strip() else line(value, pointer, longest=longest)


def prose(value: str, pointer: str) -> str:
    """A text of several lines; empty or more than 4,000 characters raise InvalidError."""
    text = unicodedata.normalize("NFC", value).strip()
    if not text or len(text) > MAX_TEXT:
        raise invalid("A text is missing or too long.", pointer, f"1 to {MAX_TEXT} characters")
    return text


def reference(value: str, pointer: str = "/reference") -> str:
    """A creditor's reference as it is kept; empty or over-long ones raise InvalidError."""
    return line(value, pointer, longest=MAX_REFERENCE)


def phone(value: str | None, pointer: str = "/phone") -> str | None:
    """Digits with an optional leading `+`; punctuation is dropped. Raises InvalidError for anything else."""
    if value is None or not value.strip():
        return None
    digits = _PHONE_PUNCTUATION.sub("", unicodedata.normalize("NFKC", value.strip()))
    if _PHONE.fullmatch(digits) is None:
        raise invalid("This is no telephone number.", pointer, "5 to 15 digits, with or without a leading +")
    return digits


def email(value: str | None, pointer: str = "/email") -> str | None:
    """An address that can be written to; raises InvalidError for what has no `@` between two parts."""
    if value is None or not value.strip():
        return None
    if _EMAIL.fullmatch(value.strip()) is None:
        raise invalid("This is no e-mail address.", pointer, "must look like name@example.org")
    return value.strip()


def language(value: str, pointer: str = "/language") -> str:
    """A language tag such as `zh` or `en-GB`; raises InvalidError for anything else."""
    if _LANGUAGE.fullmatch(value) is None:
        raise invalid("This is no language tag.", pointer, "for instance zh or en")
    return value


def skills(values: Collection[str], pointer: str = "/skills") -> list[str]:
    """Names of skills, sorted, each once; raises InvalidError for what is no name."""
    names = sorted({value.strip().casefold() for value in values})
    for name in names:
        if _SKILL.fullmatch(name) is None:
            raise invalid("This is no name of a skill.", pointer, "lower-case letters, digits, _ and -")
    return names


def word(value: str, among: type[WordT], pointer: str) -> WordT:
    """`value` as a member of a closed list; raises InvalidError naming the list."""
    try:
        return among(value)
    except ValueError:
        known = ", ".join(one.value for one in among)
        raise invalid("This word is not known here.", pointer, f"one of {known}") from None


def invalid(detail: str, pointer: str, fault: str) -> InvalidError:
    """An error about one field."""
    return InvalidError(detail, faults=[Fault(pointer, fault)])
