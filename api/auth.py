"""From a bearer token to the actor, inside the transaction that does the actor's work."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import request

from api.house import House
from field_visits.identity import tokens
from field_visits.identity.queries import find_signed_in
from field_visits.identity.tokens import Token, TokenKind
from field_visits.kernel.actor import Actor
from field_visits.kernel.errors import UnauthenticatedError
from field_visits.workforce.membership import teams_of


def bearer_token() -> Token:
    """The access token that came with the request.

    Raises:
        UnauthenticatedError: none came, or something that cannot be one.
    """
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    token = tokens.parse(text.strip()) if scheme.lower() == "bearer" else None
    if token is None or token.kind is not TokenKind.ACCESS:
        raise UnauthenticatedError("Send Authorization: Bearer with the access token of your sign-in.")
    return token


def actor_of(house: House, token: Token, session: Any, now: datetime) -> Actor:
    """Who holds the token, with roles and teams as they are at `now`.

    Raises:
        UnauthenticatedError: the token ran out, or its session was closed, or its user disabled.
    """
    actor = find_signed_in(session, house.keys.tokens.hashes(token), now)
    if actor is None or actor.user is None:
        raise UnauthenticatedError("Your access ran out or was withdrawn. Refresh it or sign in again.")
    return replace(actor, teams=teams_of(session, actor.user, at=now))
