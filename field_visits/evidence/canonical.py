"""The one byte form of a record (RFC 8785, JCS): made once at writing, kept, and hashed as kept.

Narrower than RFC 8785 on purpose: no floats (money is in minor units, degrees are strings), no integer that
JavaScript would round, no text that is not Unicode. What passes here means the same to every reader.
"""

import hashlib
from collections.abc import Mapping

import orjson
import rfc8785

from field_visits.kernel.errors import Fault, InvalidError

SALT_SIZE = 32
MAX_DEPTH = 32
MAX_INTEGER = 2**53 - 1


def canonical_bytes(record: Mapping[str, object]) -> bytes:
    """The RFC 8785 bytes of a JSON object: keys sorted, no spaces, UTF-8, always the same.

    Raises:
        InvalidError: something in it has no exact JSON form; the fault's pointer says where. The value
            itself is never repeated: it may be a person's.
    """
    if not isinstance(record, dict):
        raise _refused("", "A record is a JSON object.")
    if _is_plain(record, 1):
        try:
            return orjson.dumps(record, option=orjson.OPT_SORT_KEYS)
        except orjson.JSONEncodeError:
            pass  # a lone surrogate: `_check` says where it stands
    _check(record, "", 1)
    return rfc8785.dumps(record)


def body_hash(salt: bytes, body: bytes) -> bytes:
    """SHA-256(salt || body): what an entry keeps of a body for ever.

    The salt makes the hash unguessable once salt and body are erased, so that what stays tells nothing.

    Raises:
        ValueError: the salt is not 32 bytes: a shorter one could be guessed, and a length that varies
            would let salt and body trade bytes.
    """
    if len(salt) != SALT_SIZE:
        raise ValueError(f"A salt is {SALT_SIZE} random bytes, not {len(salt)}.")
    return hashlib.sha256(salt + body).digest()


def _is_plain(value: object, depth: int) -> bool:
    """Whether orjson gives the very bytes of RFC 8785: JSON's own types, and ASCII keys in every object.

    It sorts keys by code point and RFC 8785 by UTF-16 unit, which differ beyond ASCII only. Escapes and
    integers within our bounds it writes alike. Proved in tests/property/test_canonical.py.
    """
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return True
    if kind is int:
        return -MAX_INTEGER <= value <= MAX_INTEGER  # type: ignore[operator]  # its type is int
    if depth > MAX_DEPTH:
        return False
    if kind is dict:
        for key, item in value.items():  # type: ignore[attr-defined]  # its type is dict
            is_key = type(key) is str and key.isascii()
            if not is_key or not (type(item) is str or item is None or _is_plain(item, depth + 1)):
                return False
        return True
    return kind is list and all(_is_plain(item, depth + 1) for item in value)  # type: ignore[attr-defined]  # as above


def _check(value: object, pointer: str, depth: int) -> None:
    if isinstance(value, dict | list | tuple) and depth > MAX_DEPTH:
        raise _refused(pointer, f"Nested deeper than {MAX_DEPTH} levels.")
    if isinstance(value, dict):
        for key, item in value.items():
            _check_key(key, pointer)
            _check(item, f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}", depth + 1)
    elif isinstance(value, list | tuple):
        for position, item in enumerate(value):
            _check(item, f"{pointer}/{position}", depth + 1)
    else:
        _check_scalar(value, pointer)


def _check_scalar(value: object, pointer: str) -> None:
    match value:
        case None | bool():
            pass
        case int():
            if abs(value) > MAX_INTEGER:
                raise _refused(
                    pointer, "An integer lies within ±(2^53 - 1); send a longer number as a string."
                )
        case str():
            if not _is_unicode(value):
                raise _refused(pointer, "The text holds half a character (a lone surrogate).")
        case float():
            raise _refused(pointer, "Floats are not kept; send an integer in smaller units, or a string.")
        case _:
            raise _refused(pointer, f"A {type(value).__name__} has no JSON form.")


def _check_key(key: object, pointer: str) -> None:
    if not isinstance(key, str):
        raise _refused(pointer, "The keys of an object are strings.")
    if not _is_unicode(key):
        raise _refused(pointer, "A key holds half a character (a lone surrogate).")


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _refused(pointer: str, detail: str) -> InvalidError:
    where = pointer or "the record"
    return InvalidError(f"This cannot be kept exactly: at {where}: {detail}", faults=[Fault(pointer, detail)])
