from datetime import UTC, datetime, timedelta

import pytest

from media.digest import digest_of
from media.errors import TicketError, TicketPart
from media.keys import object_key
from media.store import TicketTerms
from media.tickets import TicketKeys, check_headers

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
DIGEST = digest_of(b"photo")
TERMS = TicketTerms(
    key=object_key("a" * 32, DIGEST.sha256),
    sha256=DIGEST.sha256,
    md5=DIGEST.md5,
    length=5,
    content_type="image/jpeg",
    expires_at=NOW + timedelta(minutes=10),
)
KEYS = TicketKeys("new", {"old": b"o" * 32, "new": b"n" * 32})


def refusal(keys: TicketKeys, fields: dict[str, str], now: datetime = NOW) -> TicketPart:
    with pytest.raises(TicketError) as caught:
        keys.verify(fields, now=now)
    return caught.value.part


def test_a_ticket_gives_its_terms_back() -> None:
    assert KEYS.verify(KEYS.sign(TERMS) | {"utm": "ignored"}, now=NOW) == TERMS


def test_a_ticket_of_the_former_key_is_still_good() -> None:
    former = TicketKeys("old", {"old": b"o" * 32})

    assert KEYS.verify(former.sign(TERMS), now=NOW) == TERMS


def test_a_ticket_of_a_retired_key_is_refused() -> None:
    fields = KEYS.sign(TERMS)

    assert refusal(TicketKeys("next", {"next": b"x" * 32}), fields) is TicketPart.SIGNATURE


def test_a_key_id_borrowed_for_another_secret_is_refused() -> None:
    fields = TicketKeys("old", {"old": b"o" * 32}).sign(TERMS) | {"kid": "new"}

    assert refusal(KEYS, fields) is TicketPart.SIGNATURE


@pytest.mark.parametrize("field", ["key", "sha256", "md5", "length", "type", "expires", "kid", "sig"])
@pytest.mark.parametrize("change", ["drop", "append", "empty", "surrogate"])
def test_every_field_of_a_ticket_is_bound(field: str, change: str) -> None:
    fields = KEYS.sign(TERMS)
    if change == "drop":
        del fields[field]
    else:
        fields[field] = {"append": f"{fields[field]}0", "empty": "", "surrogate": "\ud800"}[change]

    assert refusal(KEYS, fields) is TicketPart.SIGNATURE


def test_text_moved_from_one_field_to_the_next_is_refused() -> None:
    fields = KEYS.sign(TERMS)
    moved = fields | {"length": fields["length"] + fields["type"][0], "type": fields["type"][1:]}

    assert refusal(KEYS, moved) is TicketPart.SIGNATURE


def test_a_ticket_is_good_until_its_last_instant_and_not_at_it() -> None:
    fields = KEYS.sign(TERMS)

    assert KEYS.verify(fields, now=TERMS.expires_at - timedelta(microseconds=1)) == TERMS
    assert refusal(KEYS, fields, TERMS.expires_at) is TicketPart.EXPIRY


def test_headers_fit_whatever_the_case_of_their_names() -> None:
    check_headers(TERMS, {name.upper(): f" {value} " for name, value in TERMS.headers().items()})


@pytest.mark.parametrize(
    ("header", "value", "part"),
    [
        ("Content-Length", "6", TicketPart.LENGTH),
        ("Content-Length", "-5", TicketPart.LENGTH),
        ("Content-Length", "5,5", TicketPart.LENGTH),
        ("Content-Length", "٥", TicketPart.LENGTH),
        ("Content-Length", "9" * 5000, TicketPart.LENGTH),
        ("Content-Length", None, TicketPart.LENGTH),
        ("Content-MD5", digest_of(b"other").content_md5, TicketPart.MD5),
        ("Content-MD5", "nonsense", TicketPart.MD5),
        ("Content-MD5", None, TicketPart.MD5),
        ("Content-Type", "image/png", TicketPart.CONTENT_TYPE),
        ("Content-Type", "image/jpeg; q=1", TicketPart.CONTENT_TYPE),
        ("Content-Type", None, TicketPart.CONTENT_TYPE),
        ("If-None-Match", '"etag"', TicketPart.IF_NONE_MATCH),
        ("If-None-Match", None, TicketPart.IF_NONE_MATCH),
    ],
)
def test_a_header_that_differs_is_named(header: str, value: str | None, part: TicketPart) -> None:
    headers = TERMS.headers()
    if value is None:
        del headers[header]
    else:
        headers[header] = value

    with pytest.raises(TicketError) as caught:
        check_headers(TERMS, headers)

    assert caught.value.part is part


def test_ticket_keys_that_would_not_protect_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 32"):
        TicketKeys("k", {"k": b"short"})
    with pytest.raises(ValueError, match="not among"):
        TicketKeys("other", {"k": b"k" * 32})
    with pytest.raises(ValueError, match="key id"):
        TicketKeys("k k", {"k k": b"k" * 32})


def test_secrets_do_not_show_in_logs() -> None:
    assert "nnnn" not in repr(KEYS)


def test_a_ticket_without_a_time_zone_is_refused() -> None:
    naive = NOW.replace(tzinfo=None)

    with pytest.raises(ValueError, match="aware"):
        TicketTerms(TERMS.key, TERMS.sha256, TERMS.md5, 5, "image/jpeg", naive)
