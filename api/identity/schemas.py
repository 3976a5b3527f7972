"""What the API says and takes of organisations, people and sign-ins."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from marshmallow import ValidationError, fields, validates_schema
from marshmallow.validate import Length, OneOf

from api.fields import (
    MAX_INT,
    AwareTime,
    Choice,
    Flag,
    Id,
    Integer,
    List,
    Nested,
    Schema,
    Sha256,
    Text,
    Version,
)
from api.paging import PageQuery
from field_visits.identity.devices import MAX_NAME as MAX_DEVICE_NAME
from field_visits.identity.lifecycle import DEVICE, USER
from field_visits.identity.models import Device, Evenness
from field_visits.identity.passwords import MAX_LENGTH
from field_visits.identity.permissions import GRANTABLE
from field_visits.identity.puzzles import MAX_NUMBER, PARTS
from field_visits.identity.service import LANGUAGES
from field_visits.identity.service_accounts import MAX_KEY_DAYS, MAX_OVERLAP_HOURS
from field_visits.kernel.actor import Role

_PASSWORD = {"writeOnly": True, "format": "password"}
_LANGUAGE = {"description": f"One of {', '.join(LANGUAGES)}; none for the browser's own."}


class TokenPlace(StrEnum):
    """Where a refresh token travels."""

    BODY = "body"
    COOKIE = "cookie"


_STEP = {"writeOnly": True, "description": "What the problem of the step before, or an administrator, gave."}


def _device_token() -> Text:
    return Text(
        max=100,
        load_default=None,
        allow_none=True,
        metadata={
            "description": "What this device got at an earlier sign-in: others' wrong tries do not slow it down."
        },
    )


def _refresh_in() -> Choice:
    return Choice(
        TokenPlace,
        load_default=TokenPlace.BODY,
        metadata={
            "description": "Browsers ask for `cookie`: no script sees the refresh token, no other site sends it."
        },
    )


class SolutionSchema(Schema):
    """A solved puzzle of a 429 `puzzle-required`."""

    puzzle = Text(max=200, required=True, metadata={"description": "The puzzle's `text`."})
    numbers = List(
        Integer(max=MAX_NUMBER),
        required=True,
        validate=Length(equal=PARTS),
        metadata={"description": "One number for each part."},
    )


class SignInSchema(Schema):
    """Who signs in."""

    organisation = Text(max=63, required=True, metadata={"description": "The organisation's short name."})
    username = Text(max=64, required=True)
    password = Text(max=MAX_LENGTH, required=True, metadata=_PASSWORD)
    device_token = _device_token()
    solution = Nested(
        SolutionSchema,
        load_default=None,
        allow_none=True,
        metadata={"description": "Where the try before got a puzzle."},
    )
    refresh_in = _refresh_in()


class SignInCodeSchema(Schema):
    """The second factor's part of a sign-in."""

    step = Text(max=100, required=True, metadata=_STEP)
    code = Text(
        max=20, required=True, metadata=_PASSWORD | {"description": "Six digits, or a recovery code."}
    )
    device_token = _device_token()
    refresh_in = _refresh_in()


class SignInPasswordSchema(Schema):
    """A password of one's own."""

    step = Text(max=100, required=True, metadata=_STEP)
    password = Text(max=MAX_LENGTH, required=True, metadata=_PASSWORD)
    device_token = _device_token()
    refresh_in = _refresh_in()


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
    device_token = Text(
        max=100,
        required=True,
        allow_none=True,
        metadata={"description": "To keep, and to send at the next sign-in from here. Not at a refresh."},
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
    current = Id(
        required=True, allow_none=True, metadata={"description": "The one that asks, if it is among them."}
    )


class MeSchema(Schema):
    """Who is signed in, and what they may do."""

    user = Id(required=True, allow_none=True, metadata={"description": "None for a program."})
    service_account = Id(required=True, allow_none=True, metadata={"description": "None for a person."})
    organisation = Id(required=True)
    roles = List(Choice(Role), required=True)
    teams = List(Id(), required=True)
    permissions = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        required=True,
        metadata={"description": "Permission → how far it reaches: own, team or organisation."},
    )
    language = Text(max=10, required=True, allow_none=True, metadata=_LANGUAGE)
    session = Id(required=True, allow_none=True)
    now = AwareTime(required=True, metadata={"description": "The server's time."})


class MeUpdateSchema(Schema):
    """What a person chooses for themselves."""

    language = Text(max=10, required=True, allow_none=True, metadata=_LANGUAGE)


class UserSchema(Schema):
    """A person who works in the organisation."""

    id = Id(required=True)
    username = Text(max=64, required=True)
    name = Text(max=200, required=True, allow_none=True)
    badge = Text(max=50, required=True, allow_none=True)
    roles = List(Choice(Role), required=True)
    language = Text(max=10, required=True, allow_none=True, metadata=_LANGUAGE)
    has_second_factor = Flag(required=True)
    password_given_at = AwareTime(
        required=True,
        allow_none=True,
        metadata={
            "description": "When somebody else chose or reset the password; none once it is their own."
        },
    )
    state = fields.String(required=True)
    version = Version(required=True)


class PortraitSchema(Schema):
    """A portrait that is or was a person's; `current`, `withdrawn`, or `erased` once its bytes are gone."""

    id = Id(required=True)
    taken_at = AwareTime(required=True)
    withdrawn_at = AwareTime(required=True, allow_none=True)
    sha256 = Sha256(required=True)
    state = fields.String(required=True)
    version = Version(required=True)


class PortraitListSchema(Schema):
    """Every portrait that there ever was of one person, newest first."""

    items = List(Nested(PortraitSchema), required=True)


class UserCreateSchema(Schema):
    """A new person."""

    username = Text(min=2, max=64, required=True)
    name = Text(max=200, required=True)
    badge = Text(max=50, load_default=None, allow_none=True)
    roles = List(Choice(Role), required=True)
    language = Text(max=10, load_default=None, allow_none=True, metadata=_LANGUAGE)
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
    language = Text(max=10, allow_none=True, metadata=_LANGUAGE)


class PasswordSchema(Schema):
    """A new password; whoever changes it proves that they know the old one."""

    password = Text(max=MAX_LENGTH, required=True, metadata=_PASSWORD)
    current_password = Text(max=MAX_LENGTH, required=True, metadata=_PASSWORD)


class ResetSchema(Schema):
    """A password that is gone, and how its owner chooses a new one. It is shown this once."""

    step = Text(max=100, required=True, metadata={"description": "For /v1/sign-in/password."})
    link = Text(max=400, required=True)
    expires_at = AwareTime(required=True)


class UserQuery(PageQuery):
    """Which people."""

    q = Text(
        max=100,
        load_default=None,
        metadata={"description": "A part of the user name, the name or the badge, in any case."},
    )
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
    public_phone = Text(
        max=30,
        required=True,
        allow_none=True,
        metadata={"description": "Where customers can ask whether a visit is genuine."},
    )
    pay_to = Text(
        max=200,
        required=True,
        allow_none=True,
        metadata={"description": "Whose account a payment goes to: never a person's."},
    )
    pay_url = Text(
        max=500,
        required=True,
        allow_none=True,
        metadata={"description": "What the QR code for a payment says."},
    )
    may_geocode = Flag(
        required=True,
        metadata={"description": "Whether customers' addresses may be told to a geocoder outside the house."},
    )
    evenness = Choice(
        Evenness,
        required=True,
        metadata={
            "description": "How evenly a plan shares the day's work, at the price of a little more travel."
        },
    )
    version = Version(required=True)


class OrganisationUpdateSchema(_Changes):
    """What is to change of the organisation."""

    name = Text(max=200)
    timezone = Text(max=60)
    public_phone = Text(max=30)
    pay_to = Text(max=200)
    pay_url = Text(max=500)
    may_geocode = Flag()
    evenness = Choice(Evenness)


class NewOrganisationSchema(Schema):
    """The organisation that is founded on an empty installation."""

    slug = Text(max=63, required=True, metadata={"description": "How people name it when they sign in."})
    name = Text(max=200, required=True)
    country = Text(max=2, required=True, metadata={"description": "ISO 3166-1 alpha-2."})
    timezone = Text(max=60, required=True)
    currency = Text(max=3, required=True)
    packs = List(Text(max=50), required=True, metadata={"description": "The rule packs that bind it."})


class FirstAdministratorCreateSchema(Schema):
    """Who administers first."""

    code = Text(
        max=100, required=True, metadata={"writeOnly": True, "description": "From the link, behind #."}
    )
    username = Text(max=64, required=True)
    name = Text(max=200, required=True)
    password = Text(max=MAX_LENGTH, required=True, metadata=_PASSWORD)
    organisation = Nested(NewOrganisationSchema, load_default=None, allow_none=True)


class FirstAdministratorSchema(Schema):
    """Who administers now, and where they sign in."""

    user = Id(required=True)
    username = Text(max=64, required=True)
    organisation = Text(max=63, required=True)


class SecondFactorSchema(Schema):
    """Where a person stands with their second factor."""

    is_enrolled = Flag(required=True)
    recovery_codes_left = Integer(required=True)


class EnrolmentCreateSchema(Schema):
    """Who sets up a second factor proves that they know the password."""

    current_password = Text(max=MAX_LENGTH, required=True, metadata=_PASSWORD)


class EnrolmentSchema(Schema):
    """What a code generator is set up with. It is shown this once."""

    secret = Text(max=64, required=True, metadata={"description": "Base32, where nothing can be scanned."})
    uri = Text(max=500, required=True, metadata={"description": "otpauth://, to be shown as a QR code."})
    expires_at = AwareTime(required=True)


class FactorCodeSchema(Schema):
    """A code of one's own second factor."""

    code = Text(max=20, required=True, metadata=_PASSWORD)


class FactorRemovalSchema(Schema):
    """One's own second factor is removed with a code of it; another's needs none."""

    code = Text(max=20, load_default=None, allow_none=True, metadata=_PASSWORD)


class RecoveryCodesSchema(Schema):
    """Codes for the day the phone is lost, each good once. They are shown this once."""

    recovery_codes = List(Text(max=20), required=True)


_SCOPES = {"description": "Permissions that some role has in the whole organisation."}


class ServiceAccountSchema(Schema):
    """A program that works in the organisation."""

    id = Id(required=True)
    name = Text(max=100, required=True)
    scopes = List(Text(max=60), required=True, metadata=_SCOPES)
    state = fields.String(required=True)
    version = Version(required=True)


class GrantableScopesSchema(Schema):
    """What a program may be allowed to do."""

    items = List(Text(max=60), required=True, metadata=_SCOPES)


class ServiceAccountCreateSchema(Schema):
    """A new program."""

    name = Text(max=100, required=True)
    scopes = List(Text(max=60), required=True, validate=Length(1, len(GRANTABLE)), metadata=_SCOPES)


class ServiceAccountUpdateSchema(_Changes):
    """What is to change of a program."""

    name = Text(max=100)
    scopes = List(Text(max=60), validate=Length(1, len(GRANTABLE)), metadata=_SCOPES)


class ServiceKeySchema(Schema):
    """A key of a program; the key itself is kept nowhere."""

    id = Id(required=True)
    hint = Text(max=10, required=True, metadata={"description": "How the key ends."})
    state = fields.String(required=True)
    issued_at = AwareTime(required=True)
    expires_at = AwareTime(required=True)
    last_used_at = AwareTime(required=True, allow_none=True, metadata={"description": "To the minute."})


class ServiceKeyListSchema(Schema):
    """The keys of one program, newest first."""

    items = List(Nested(ServiceKeySchema), required=True)


class ServiceKeyCreateSchema(Schema):
    """For how long a key is good."""

    days = Integer(min=1, max=MAX_KEY_DAYS, load_default=365)


class ServiceKeyRotationSchema(ServiceKeyCreateSchema):
    """For how long the new key is good, and the old one still."""

    overlap_hours = Integer(min=0, max=MAX_OVERLAP_HOURS, load_default=24)


class IssuedKeySchema(ServiceKeySchema):
    """A new key. `key` is shown this once."""

    key = Text(max=100, required=True, metadata={"description": "Send it as Authorization: Bearer."})


class DeviceQuery(PageQuery):
    """Whose phones."""

    user_id = Id(load_default=None)


class PresenceSchema(Schema):
    """What a phone last told of itself."""

    last_seen_at = AwareTime(required=True)
    app_build = Text(max=100, required=True, allow_none=True)
    unsent = Integer(required=True, allow_none=True)
    storage_free_mb = Integer(required=True, allow_none=True)
    is_persisted = Flag(required=True, allow_none=True)
    battery_percent = Integer(required=True, allow_none=True)
    skew_ms = Integer(
        min=-MAX_INT,
        required=True,
        allow_none=True,
        metadata={"description": "How far its clock was behind ours."},
    )


class DeviceSchema(Schema):
    """A phone of one person."""

    id = Id(required=True)
    user_id = Id(required=True)
    username = Text(max=64, required=True)
    person = Text(max=200, required=True, allow_none=True)
    name = Text(max=MAX_DEVICE_NAME, required=True)
    state = fields.String(required=True, validate=OneOf(DEVICE.states))
    enrolled_at = AwareTime(required=True)
    presence = Nested(PresenceSchema, required=True, allow_none=True)
    version = Version(required=True)

    def laid_out(self, obj: Any) -> Mapping[str, Any]:
        """A phone with whose it is and what it last told of itself."""
        device: Device = obj.device
        names = ("id", "user_id", "name", "state", "enrolled_at", "evidence_id")
        return {name: getattr(device, name) for name in names} | {
            "username": obj.user.username,
            "person": obj.user.name,
            "presence": obj.presence,
        }


class InvitationCreateSchema(Schema):
    """Whose phone is to be enrolled."""

    user_id = Id(required=True)


class InvitationSchema(Schema):
    """What enrols one phone once. Shown this once: as a code, as a link, and as the picture of it."""

    code = Text(max=100, required=True)
    url = Text(max=500, required=True)
    qr_svg = Text(
        max=20_000, required=True, metadata={"description": "The link as a QR code: an SVG element."}
    )
    expires_at = AwareTime(required=True)


class DeviceCreateSchema(Schema):
    """A phone that presents itself by its key."""

    code = Text(max=100, required=True, metadata={"writeOnly": True})
    public_key = Text(
        max=200, required=True, metadata={"description": "SubjectPublicKeyInfo of a P-256 key, base64url."}
    )
    proof = Text(
        max=100,
        required=True,
        metadata={"description": "ECDSA with SHA-256 over the code's text: r and s, base64url."},
    )
    name = Text(max=MAX_DEVICE_NAME, required=True, metadata={"description": "What people call the phone."})


class EnrolledSchema(Schema):
    """A phone that belongs to its person from now on. `token` is shown this once."""

    id = Id(required=True)
    user_id = Id(required=True)
    organisation_id = Id(required=True)
    name = Text(max=MAX_DEVICE_NAME, required=True)
    token = Text(max=100, required=True, metadata={"description": "Hands in what the phone holds."})
    chain_start = Sha256(required=True, metadata={"description": "`prev_hash` of its first command."})
    nonce = Text(max=100, required=True)
    server_time = AwareTime(required=True)
    lease_until = AwareTime(required=True)


class WipeSchema(Schema):
    """A revoked phone that forgot everything, by the token that it had."""

    token = Text(max=100, required=True, metadata={"writeOnly": True})


class DeviceRevocationSchema(Schema):
    """Why; it stands in the log."""

    reason = Text(max=500, required=True)
