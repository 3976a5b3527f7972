"""What a visit is for, as the customer reads it. A closed list of neutral words.

A free text would sooner or later tell a neighbour of the debt (15 USC 1692c(b); GB/T 45251-2025), so that
none can be written.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Purpose(StrEnum):
    """Why somebody comes."""

    TALK = "talk"
    DELIVER = "deliver"
    SIGN = "sign"
    CONFIRM_ADDRESS = "confirm_address"


_WORDS: Mapping[Purpose, Mapping[str, str]] = MappingProxyType(
    {
        Purpose.TALK: {"zh": "当面沟通", "en": "a personal conversation"},
        Purpose.DELIVER: {"zh": "送达文件", "en": "delivery of a document"},
        Purpose.SIGN: {"zh": "办理手续", "en": "signing of papers"},
        Purpose.CONFIRM_ADDRESS: {"zh": "核实联系信息", "en": "confirmation of contact details"},
    }
)


def words_for(purpose: str, language: str) -> str:
    """The purpose in the customer's language, English where we have no translation."""
    words = _WORDS[Purpose(purpose)]
    return words.get(language, words["en"])
