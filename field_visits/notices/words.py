"""The closed lists of words of this room. Pure."""

from enum import StrEnum


class NoticeKind(StrEnum):
    """What is served."""

    DEMAND = "demand"  # 催告函: interrupts limitation when its arrival is proved (时效规定 art. 8)
    VALIDATION = "validation"  # 12 CFR 1006.34
    OTHER = "other"


class Mode(StrEnum):
    """How it is handed over."""

    OPEN = "open"  # its content may be read at the door, by the party alone
    SEALED = "sealed"  # an unmarked envelope: nobody but the party learns what is in it


class Recipient(StrEnum):
    """Who takes it, as far as they may (CN-LIM-3)."""

    SELF = "self"
    GUARANTOR = "guarantor"
    CO_RESIDENT_ADULT = "co_resident_adult"
    AUTHORISED = "authorised"


class Grade(StrEnum):
    """How strongly the arrival is proved, strongest first (CN-LIM-2)."""

    SIGNED = "signed"  # the recipient signed the receipt
    PHOTOGRAPHED = (
        "photographed"  # handed over or left, with a photograph whose bytes were verified or expected
    )
    STATED = "stated"  # the collector says so
