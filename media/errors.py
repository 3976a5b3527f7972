"""What can go wrong with objects, tickets and pictures. Every message says what is wrong and what to do next."""

from enum import StrEnum


class MediaError(Exception):
    """Nothing was stored or changed."""


class ObjectKeyError(MediaError, ValueError):
    """The text is no object key (`<prefix>/<sha256>`); it never reached a disk or a store."""


class ObjectMissingError(MediaError):
    """No object has this key. A row that names it is a broken exhibit: report it, do not retry."""

    def __init__(self, key: str) -> None:
        super().__init__(f"No object {key} is stored.")
        self.key = key


class MismatchError(MediaError):
    """The bytes handed over are not those that their key names."""


class RetainedError(MediaError):
    """The object is under retention or a hold and may not be removed yet."""


class UnsupportedError(MediaError):
    """This store cannot do what was asked, now or later; choose another store or another setting."""


class StoreUnavailableError(MediaError):
    """The store does not answer, is full, or turns our credentials away. Try again later."""


class ImageError(MediaError):
    """The bytes are no picture that can be kept; the message is a sentence for the person who took it."""


class TicketPart(StrEnum):
    """What a ticket binds, so that an error can name the one thing that does not fit."""

    KEY = "key"
    SHA256 = "sha256"
    MD5 = "md5"
    LENGTH = "length"
    CONTENT_TYPE = "content_type"
    IF_NONE_MATCH = "if_none_match"
    EXPIRY = "expiry"
    SIGNATURE = "signature"


class TicketError(MediaError):
    """A ticket was not made, or an upload does not fit its ticket.

    `part` names what does not fit. After `EXPIRY` ask for a new ticket; after `SIGNATURE` the ticket was
    altered or its key retired; after any other the bytes or headers differ from what was announced.
    """

    def __init__(self, part: TicketPart, detail: str) -> None:
        super().__init__(detail)
        self.part = part
