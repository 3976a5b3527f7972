"""What the API says and takes of organisations, people and sign-ins."""

from api.fields import AwareTime, Choice, Id, List, Schema, Text, Version
from field_visits.kernel.actor import Role


class UserSchema(Schema):
    """A person who works in the organisation."""

    id = Id(required=True)
    username = Text(max=100, required=True)
    name = Text(max=200, required=True, allow_none=True)
    badge = Text(max=100, required=True, allow_none=True)
    roles = List(Choice(Role), required=True)
    state = Text(max=20, required=True)
    version = Version(required=True)


class MeSchema(Schema):
    """Who is signed in, and what they may do."""

    user = Id(required=True)
    organisation = Id(required=True)
    roles = List(Choice(Role), required=True)
    teams = List(Id(), required=True)
    session = Id(required=True, allow_none=True)
    at = AwareTime(required=True)
