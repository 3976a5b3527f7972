"""From a bearer token to the actor, inside the transaction that does the actor's work."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import request

from api.house import House
from field_visits.identity import tokens
from field_visits.identity.customer_links import find_holder
from field_visits.identity.devices import find_phone, require_phone_of
from field_visits.identity.queries import find_key_holder, find_signed_in
from field_visits.identity.service_accounts import mark_used
from field_visits.identity.tokens import Token, TokenKind
from field_visits.kernel.actor import Actor
from field_visits.kernel.errors import NotFoundError, UnauthenticatedError
from field_visits.kernel.ids import DeviceId
from field_visits.workforce.membership import teams_of

# By which header an enrolled phone says which one it is, beside the token of its person.
DEVICE = "Doorstep-Device"
_BEARERS = frozenset({TokenKind.ACCESS, TokenKind.KEY, TokenKind.LINK, TokenKind.PHONE})
# How exactly the last use of a service key is known.
_USE_GRAIN = timedelta(minutes=1)


def bearer_token() -> Token:
    """The access token, service key, phone's token or customer's link that came with the request.

    Raises:
        UnauthenticatedError: none came, or something that cannot be one.
    """
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    token = tokens.parse(text.strip()) if scheme.lower() == "bearer" else None
    if token is None or token.kind not in _BEARERS:
        raise UnauthenticatedError(
            "Send Authorization: Bearer with the access token of your sign-in, or with a service key."
        )
    return token


def actor_of(house: House, token: Token, session: Any, now: datetime) -> Actor:
    """Who holds the token, with roles and teams as they are at `now`.

    Raises:
        UnauthenticatedError: the token ran out or was revoked, its session was closed, or its holder disabled.
    """
    if token.kind is TokenKind.KEY:
        return _service_of(house, token, session, now)
    if token.kind is TokenKind.LINK:
        return _customer_of(house, token, session, now)
    if token.kind is TokenKind.PHONE:
        return _phone_of(house, token, session, now)
    actor = find_signed_in(session, house.keys.tokens.hashes(token), now)
    if actor is None or actor.user is None:
        raise UnauthenticatedError("Your access ran out or was withdrawn. Refresh it or sign in again.")
    device = None if DEVICE not in request.headers else _named_device(session, actor)
    return replace(actor, teams=teams_of(session, actor.user, at=now), device=device)


def _named_device(session: Any, actor: Actor) -> DeviceId:
    try:
        named = DeviceId(UUID(request.headers[DEVICE]))
    except ValueError:
        raise NotFoundError(f"{DEVICE} names the phone by the id that its enrolment gave.") from None
    return require_phone_of(session, named, actor.user).id


def _phone_of(house: House, token: Token, session: Any, now: datetime) -> Actor:
    actor = find_phone(session, house.keys.tokens.hashes(token))
    if actor is None or actor.user is None:
        raise UnauthenticatedError("No phone has this token. Have the phone enrolled anew.")
    return replace(actor, teams=teams_of(session, actor.user, at=now))


def _customer_of(house: House, token: Token, session: Any, now: datetime) -> Actor:
    holder = find_holder(session, house.keys.tokens.hashes(token), now)
    if holder is None:
        raise UnauthenticatedError(
            "This link ran out, or a newer one was sent. Use the newest message, or call the institution."
        )
    return holder


def _service_of(house: House, token: Token, session: Any, now: datetime) -> Actor:
    holder = find_key_holder(session, house.keys.tokens.hashes(token), now)
    if holder is None:
        raise UnauthenticatedError("This service key is unknown, ran out, or was revoked.")
    if holder.last_used_at is None or now - holder.last_used_at >= _USE_GRAIN:
        mark_used(house.database, token.organisation, holder.key, now)
    return holder.actor
