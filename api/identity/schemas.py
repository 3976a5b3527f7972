"""What the API says and takes of organisations, people and sign-ins."""

from enum import StrEnum
from typing import Any

from marshmallow import ValidationError, fields, validates_schema
from marshmallow.validate import OneOf

from api.fields import AwareTime, Choice, Id, List, Schema, Text, Version
from api.paging import PageQuery
from field_visits.identity.lifecycle import USER
from field_visits.identity.passwords import MAX_LENGTH
from field_visits.kernel.actor import Role

_PASSWORD = {"writeOnly": True, "format": "password"}


class TokenPlace(StrEnum):
    """Where a refresh token travels."""

    BODY = "body"
    COOKIE = "cookie"


class SignInSchema(Schema):
    """Who signs in."""

    organisation = Text(max=63, required=True, metadata={"description": "The organisation's short name."})
    username = Text(max=64, required=True)
    password = Text(max=MAX_LENGTH, required=True, metadata=_PASSWORD)
    refresh_in = Choice(
        TokenPlace,
        load_default=TokenPlace.BODY,
        metadata={
            "description": "Browsers ask for `cookie`: no script sees the refresh token, no other site sends it."
        },
    )


class RefreshSchema(Schema):
    """How a session goes on."""

    refresh_token = Text(
        max=100,
        load_default=None,
        allow_none=True,
        metadata=_PASSWORD | {"description": "None where it travels in the cookie."},
    )


class TokensSchema(Schema):
    """The keys to a session. They are shown this once; the refresh token is good for one use."""

    access_token = Text(max=100, required=True)
    token_type = fields.Constant("Bearer", required=True)
    expires_at = AwareTime(required=True, metadata={"description": "When the access token runs out."})
    refresh_token = Text(
        max=100, required=True, allow_none=True, metadata={"description": "None where a cookie carries it."}
    )
    session = Id(required=True)
    session_expires_at = AwareTime(required=True)
    user = Id(required=True)


class SessionSchema(Schema):
    """A sign-in on one device."""

    id = Id(required=True)
    opened_at = AwareTime(required=True)
    last_seen_at = AwareTime(required=True, metadata={"description": "When it was last refreshed."})
    expires_at = AwareTime(required=True)
    user_agent = Text(min=0, max=200, required=True)


class SessionListSchema(Schema):
    """The living sessions of one person, newest first."""

    items = fields.List(fields.Nested(SessionSchema), required=True)


class MeSchema(Schema):
    """Who is signed in, and what they may do."""

    user = Id(required=True)
    organisation = Id(required=True)
    roles = List(Choice(Role), required=True)
    teams = List(Id(), required=True)
    permissions = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        required=True,
        metadata={"description": "Permission → how far it reaches: own, team or organisation."},
    )
    session = Id(required=True, allow_none=True)
    now = AwareTime(required=True, metadata={"description": "The server's time."})


class UserSchema(Schema):
    """A person who works in the organisation."""

    id = Id(required=True)
    username = Text(max=64, required=True)
    name = Text(max=200, required=True, allow_none=True)
    badge = Text(max=50, required=True, allow_none=True)
    roles = List(Choice(Role), required=True)
    state = fields.String(required=True)
    version = Version(required=True)


class UserCreateSchema(Schema):
    """A new person."""

    username = Text(min=2, max=64, required=True)
    name = Text(max=200, required=True)
    badge = Text(max=50, load_default=None, allow_none=True)
    roles = List(Choice(Role), required=True)
    password = Text(max=MAX_LENGTH, required=True, metadata=_PASSWORD)


class _Changes(Schema):
    """Base of what changes a thing: what is left out stays."""

    @validates_schema
    def change_something(self, data: dict[str, Any], **kwargs: Any) -> None:
        del kwargs
        if not data:
            raise ValidationError("Name at least one field to change.")


class UserUpdateSchema(_Changes):
    """What is to change of a person."""

    name = Text(max=200)
    badge = Text(max=50, allow_none=True)
    roles = List(Choice(Role))


class PasswordSchema(Schema):
    """A new password; whoever changes their own proves that they know the old one."""

    password = Text(max=MAX_LENGTH, required=True, metadata=_PASSWORD)
    current_password = Text(max=MAX_LENGTH, load_default=None, metadata=_PASSWORD)


class UserQuery(PageQuery):
    """Which people."""

    role = Choice(Role, load_default=None)
    state = fields.String(load_default=None, validate=OneOf(USER.states))


class OrganisationSchema(Schema):
    """The organisation and its settings."""

    id = Id(required=True)
    slug = Text(max=63, required=True)
    name = Text(max=200, required=True)
    country = Text(max=2, required=True)
    timezone = Text(max=60, required=True)
    currency = Text(max=3, required=True)
    packs = List(Text(max=50), required=True)
    version = Version(required=True)


class OrganisationUpdateSchema(_Changes):
    """What is to change of the organisation."""

    name = Text(max=200)
    timezone = Text(max=60)
