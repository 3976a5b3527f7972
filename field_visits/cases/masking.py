"""What a list shows of a person: enough to tell two apart, not enough to find them. Pure."""

_SHOWN_PHONE_HEAD, _SHOWN_PHONE_TAIL = 3, 2


def masked_name(name: str | None) -> str | None:
    """The first letter of each word, or the family name of a name in Chinese characters: «王**», «J*** D**»."""
    if not name:
        return name
    return " ".join(word[0] + "*" * max(1, len(word) - 1) for word in name.split(" "))


def masked_phone(phone: str | None) -> str | None:
    """The head and the last two digits: «138******78»; short numbers show their last two digits only."""
    if not phone:
        return phone
    head = _SHOWN_PHONE_HEAD if len(phone) > 2 * (_SHOWN_PHONE_HEAD + _SHOWN_PHONE_TAIL) - 2 else 0
    hidden = len(phone) - head - _SHOWN_PHONE_TAIL
    return phone[:head] + "*" * hidden + phone[-_SHOWN_PHONE_TAIL:]
