from uuid import UUID, uuid4

import pytest

from field_visits.identity import tokens
from field_visits.identity.tokens import TokenKeys, TokenKind
from field_visits.kernel.ids import OrganisationId

ORG = OrganisationId(UUID("01a21044-8074-707c-9716-cb7f6a494cac"))


def test_a_token_names_its_organisation_and_kind() -> None:
    token = tokens.mint(ORG, TokenKind.REFRESH)

    assert tokens.parse(token.text) == token
    assert tokens.mint(ORG, TokenKind.REFRESH).text != token.text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        f"{ORG.hex}.a.short",
        f"{ORG.hex}.x.{'a' * 43}",
        f"{ORG.hex}.a.{'a' * 44}",
        f"{ORG}.a.{'a' * 43}",
    ],
)
def test_what_cannot_be_a_token_is_none(text: str) -> None:
    assert tokens.parse(text) is None


def test_an_older_pepper_still_finds_its_tokens() -> None:
    token = tokens.mint(ORG, TokenKind.ACCESS)
    old, rotated = TokenKeys((b"old",)), TokenKeys((b"new", b"old"))

    assert rotated.hash(token) != old.hash(token)
    assert old.hash(token) in rotated.hashes(token)


def test_addresses_are_told_apart_and_not_given_away() -> None:
    keys = TokenKeys((b"pepper",))

    assert keys.blur("192.0.2.1") == keys.blur("192.0.2.1") != keys.blur("192.0.2.2")
    assert keys.blur("192.0.2.1") != TokenKeys((b"another",)).blur("192.0.2.1")


def test_a_device_is_known_as_one_persons_alone() -> None:
    keys, li_na, zhang_wei = TokenKeys((b"new", b"old")), uuid4(), uuid4()
    device = keys.mint_device(ORG, li_na)

    assert tokens.parse(device.text) == device
    assert keys.is_device_of(device, li_na)
    assert not keys.is_device_of(device, zhang_wei)
    assert not TokenKeys((b"another",)).is_device_of(device, li_na)
    assert not keys.is_device_of(tokens.mint(ORG, TokenKind.DEVICE), li_na)
    assert not keys.is_device_of(tokens.mint(ORG, TokenKind.ACCESS), li_na)


def test_a_device_stays_known_when_the_pepper_is_rotated() -> None:
    person = uuid4()
    device = TokenKeys((b"old",)).mint_device(ORG, person)

    assert TokenKeys((b"new", b"old")).is_device_of(device, person)
