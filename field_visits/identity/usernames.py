"""User names: how one is spelled, and which spellings are the same one. Pure.

Letters of every script are welcome (𠮷田, 李䶮, عمر). A name is kept in one form, so that «Li.Na» and «ＬＩ.ＮＡ»
are `li.na`. Scripts that run from right to left do not mix with others in one name: it would be shown in an
order that nobody typed (RFC 5893).
"""

import unicodedata

MIN_LENGTH, MAX_LENGTH = 2, 64
_JOINERS = "._-"
_LETTERS = frozenset({"Ll", "Lo", "Lm"})
_MARKS = frozenset({"Mn", "Mc"})
_RIGHT_TO_LEFT = frozenset({"R", "AL"})


def normal_username(text: str) -> str:
    """The one form under which a user name is kept and looked for."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKC", text).casefold())


def username_fault(username: str) -> str | None:
    """Why `username`, in its normal form, cannot be one; None if it can."""
    if not MIN_LENGTH <= len(username) <= MAX_LENGTH:
        return f"Use {MIN_LENGTH} to {MAX_LENGTH} characters."
    allowed = all(
        _is_letter(character) or _is_mark(character) or character in _JOINERS for character in username
    )
    if not allowed or not _is_letter(username[0]) or username[-1] in _JOINERS:
        return "Use letters and digits, and between them dots, hyphens and underscores."
    directions = {unicodedata.bidirectional(character) for character in username}
    if directions & _RIGHT_TO_LEFT and "L" in directions:
        return "Do not mix letters that run from right to left with others."
    return None


def _is_letter(character: str) -> bool:
    return character.isdecimal() or unicodedata.category(character) in _LETTERS


def _is_mark(character: str) -> bool:
    return unicodedata.category(character) in _MARKS
