"""People who work in the organisation, and what one may do oneself."""

from typing import Any
from uuid import UUID

from flask.views import MethodView

from api.house import current_house
from api.identity import schemas
from api.identity.blueprint import blueprint
from api.identity.links import new_password_link
from api.paging import Page, Position, page_of, paged
from api.preconditions import check_version
from api.requests import reads, settle, writes
from api.work import current_scope, current_uow
from field_visits.identity import queries, service
from field_visits.identity.models import User
from field_visits.identity.passwords import check_strength
from field_visits.identity.permissions import PERMISSIONS, Scope, reach, scope_of
from field_visits.identity.sign_in import prove_password
from field_visits.identity.usernames import normal_username
from field_visits.kernel.errors import ForbiddenError
from field_visits.kernel.ids import UserId
from field_visits.workforce.membership import people_of, teams_of


@blueprint.resource("/me")
class Me(MethodView):
    @reads("user:read")
    @blueprint.gives(200, schemas.MeSchema)
    def get(self) -> dict[str, Any]:
        """Who is signed in, and what they may do."""
        return _me()

    @writes("user:choose_language")
    @blueprint.takes(schemas.MeUpdateSchema)
    @blueprint.gives(200, schemas.MeSchema)
    def patch(self, told: dict[str, Any]) -> dict[str, Any]:
        """Choose the language that the screens speak to oneself."""
        uow = current_uow()
        if uow.actor.user is None:
            raise ForbiddenError("A program has no screen.")
        user = queries.get_user(uow.session, uow.actor.user)
        settle(service.choose_language(uow, user, told["language"]))
        return _me()


@blueprint.resource("/users")
class Users(MethodView):
    @reads("user:read")
    @blueprint.takes(schemas.UserQuery, location="query")
    @blueprint.gives(200, page_of(schemas.UserSchema))
    def get(self, query: dict[str, Any]) -> tuple[Page[User], int, dict[str, str]]:
        """List people by user name."""

        def fetch(after: Position | None, limit: int) -> list[User]:
            return queries.list_users(
                current_uow().session,
                among=_people_in_scope(),
                like=query["q"],
                role=query["role"],
                state=query["state"],
                after=after,
                limit=limit,
            )

        return paged(query, fetch, lambda user: (user.username, user.id))

    @writes("user:create")
    @blueprint.takes(schemas.UserCreateSchema)
    @blueprint.gives(201, schemas.UserSchema)
    def post(self, told: dict[str, Any]) -> tuple[User, int, dict[str, str]]:
        """Create a person who may sign in; the password is good for choosing their own."""
        password = told.pop("password")
        check_strength(password, username=normal_username(told["username"]))
        hashed = current_house().passwords.hash(password)
        created = settle(service.create_user(current_uow(), **told, password_hash=hashed, is_given=True))
        return created.user, 201, {"Location": f"/v1/users/{created.user.id}"}


@blueprint.resource("/users/<uuid:user_id>")
class OneUser(MethodView):
    @reads("user:read")
    @blueprint.gives(200, schemas.UserSchema)
    def get(self, user_id: UUID) -> User:
        """Show one person."""
        return user_in_reach(user_id)

    @writes("user:change", versioned=True)
    @blueprint.takes(schemas.UserUpdateSchema)
    @blueprint.gives(200, schemas.UserSchema)
    def patch(self, changes: dict[str, Any], user_id: UUID) -> User:
        """Change a person's name, badge, roles or language."""
        user = user_in_reach(user_id)
        check_version(user, schemas.UserSchema)
        settle(service.change_user(current_uow(), user, changes=changes))
        return user


@blueprint.resource("/users/<uuid:user_id>/password")
class UserPassword(MethodView):
    @writes("user:set_password", errors=(429,))
    @blueprint.takes(schemas.PasswordSchema)
    @blueprint.gives(200, schemas.UserSchema)
    def post(self, told: dict[str, Any], user_id: UUID) -> User:
        """Change one's own password; every other session ends."""
        uow, house, user = current_uow(), current_house(), user_in_reach(user_id)
        check_strength(told["password"], username=user.username)
        prove_password(house.door, uow, user, told["current_password"])
        hashed = house.passwords.hash(told["password"])
        settle(service.set_password(uow, user, password_hash=hashed, but=uow.actor.session))
        return user


@blueprint.resource("/users/<uuid:user_id>/reset-password")
class UserPasswordReset(MethodView):
    @writes("user:reset_password", shows_secret=True)
    @blueprint.gives(200, schemas.ResetSchema)
    def post(self, user_id: UUID) -> dict[str, Any]:
        """Take a person's password away and end every session; they choose a new one with the code.

        Hand the code or the link over in person. It is shown this once, and good once and for a day.
        """
        house, user = current_house(), user_in_reach(user_id)
        reset = settle(service.reset_password(current_uow(), user, keys=house.keys.tokens))
        link = new_password_link(house.settings.public_url, reset.code)
        return {"step": reset.code.text, "link": link, "expires_at": reset.expires_at}


@blueprint.resource("/users/<uuid:user_id>/disable")
class UserDisabling(MethodView):
    @writes("user:disable", versioned=True)
    @blueprint.gives(200, schemas.UserSchema)
    def post(self, user_id: UUID) -> User:
        """Sign a person out everywhere and for good."""
        user = user_in_reach(user_id)
        check_version(user, schemas.UserSchema)
        settle(service.disable_user(current_uow(), user))
        return user


def user_in_reach(user_id: UUID) -> User:
    """The person, if in reach of the caller's permission for this route."""
    uow = current_uow()
    user = queries.get_user(uow.session, UserId(user_id))
    reach(
        uow.actor,
        current_scope(),
        people=[user.id],
        teams=teams_of(uow.session, user.id, at=uow.now),
    )
    return user


def _people_in_scope() -> frozenset[UserId] | None:
    """Whom a list may show; None for everybody."""
    uow, scope = current_uow(), current_scope()
    if scope is Scope.ORGANISATION:
        return None
    own = frozenset() if uow.actor.user is None else frozenset({uow.actor.user})
    return own if scope is Scope.OWN else own | people_of(uow.session, uow.actor.teams, at=uow.now)


def _me() -> dict[str, Any]:
    uow = current_uow()
    actor = uow.actor
    scopes = {permission: scope_of(actor, permission) for permission in PERMISSIONS}
    user = None if actor.user is None else queries.get_user(uow.session, actor.user)
    return {
        "user": actor.user,
        "service_account": actor.service,
        "organisation": actor.organisation,
        "roles": sorted(actor.roles),
        "teams": sorted(actor.teams),
        "permissions": {name: scope.name.lower() for name, scope in scopes.items() if scope is not None},
        "language": None if user is None else user.language,
        "session": actor.session,
        "now": uow.now,
    }
