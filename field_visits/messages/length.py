"""How many SMS parts a text takes (3GPP TS 23.038, 23.040): what a provider charges for. Pure."""

from dataclasses import dataclass
from typing import Final

# The default alphabet; the extension table costs two places each.
_GSM_7: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED: Final = frozenset("\f^{}\\[~]|€")
_ONE_GSM, _EACH_GSM = 160, 153
_ONE_UCS, _EACH_UCS = 70, 67


@dataclass(frozen=True, slots=True)
class Length:
    """A text's length as a telephone network counts it; `encoding` is gsm7 or ucs2."""

    encoding: str
    units: int
    parts: int


def sms_length(text: str) -> Length:
    """Units and parts of `text`; an empty one is one part of nothing."""
    if all(letter in _GSM_7 or letter in _EXTENDED for letter in text):
        units = [2 if letter in _EXTENDED else 1 for letter in text]
        return Length("gsm7", sum(units), _parts(units, _ONE_GSM, _EACH_GSM))
    units = [len(letter.encode("utf-16-be")) // 2 for letter in text]
    return Length("ucs2", sum(units), _parts(units, _ONE_UCS, _EACH_UCS))


def _parts(units: list[int], one: int, each: int) -> int:
    """Parts of at most `each` units, no letter split between two; one part may hold `one`."""
    if sum(units) <= one:
        return 1
    parts, room = 1, each
    for unit in units:
        if unit > room:
            parts, room = parts + 1, each
        room -= unit
    return parts
