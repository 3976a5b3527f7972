"""Sign-in, sessions, people and the organisation."""

from typing import Any
from uuid import UUID

from flask import Response, after_this_request, request
from flask.views import MethodView

from api.blueprints import Blueprint
from api.house import current_house
from api.identity import schemas
from api.identity.cookies import forget_cookie, keep_in_cookie, token_in_cookie
from api.identity.schemas import TokenPlace
from api.paging import Page, Position, page_of, paged
from api.preconditions import check_version
from api.proxies import client_address
from api.requests import public, reads, settle, writes
from api.work import current_scope, current_uow
from field_visits.identity import queries, service, sessions, tokens
from field_visits.identity.models import Organisation, User
from field_visits.identity.passwords import check_strength
from field_visits.identity.permissions import PERMISSIONS, Scope, reach, scope_of
from field_visits.identity.sessions import Opened, Reused
from field_visits.identity.sign_in import Attempt, Door, sign_in
from field_visits.identity.tokens import TokenKind
from field_visits.kernel.errors import Fault, InvalidError, NotFoundError, UnauthenticatedError
from field_visits.kernel.ids import UserId
from field_visits.workforce.membership import people_of, teams_of

blueprint = Blueprint("identity", __name__, description="Sign-in, people, and the organisation's settings.")


@blueprint.resource("/sign-in")
class SignIn(MethodView):
    @public("nobody has a token before signing in", errors=(400, 401, 413, 415, 422, 429))
    @blueprint.takes(schemas.SignInSchema)
    @blueprint.gives(200, schemas.TokensSchema)
    def post(self, who: dict[str, Any]) -> dict[str, Any]:
        """Sign in with a password."""
        house = current_house()
        in_cookie = who.pop("refresh_in") is TokenPlace.COOKIE
        attempt = Attempt(**who, address=client_address(), user_agent=request.user_agent.string)
        door = Door(house.database, house.clock, house.passwords, house.keys.tokens)
        return _shown(sign_in(door, attempt), in_cookie=in_cookie)


@blueprint.resource("/refresh")
class Refresh(MethodView):
    @public("the refresh token itself is the proof", errors=(400, 401, 403, 413, 415, 422))
    @blueprint.takes(schemas.RefreshSchema)
    @blueprint.gives(200, schemas.TokensSchema)
    def post(self, told: dict[str, Any]) -> dict[str, Any]:
        """Go on with a session under fresh tokens; the old refresh token is spent.

        A browser that signed in with `refresh_in: cookie` sends `{}`; its next token is in the cookie again.
        """
        house = current_house()
        in_cookie = told["refresh_token"] is None
        token = tokens.parse(token_in_cookie() if in_cookie else told["refresh_token"])
        if token is None or token.kind is not TokenKind.REFRESH:
            raise _spent()
        outcome = sessions.refresh(house.database, house.clock, token, keys=house.keys.tokens)
        if isinstance(outcome, Reused):
            raise _spent()
        return _shown(outcome, in_cookie=in_cookie)


@blueprint.resource("/sign-out")
class SignOut(MethodView):
    @writes("session:close", keyed=False)
    @blueprint.gives(204)
    def post(self) -> Response:
        """End the session that this request came with."""
        uow = current_uow()
        mine = uow.actor.session
        session = None if mine is None else queries.find_session(uow.session, mine)
        if session is not None:
            sessions.close_session(uow, session, reason="signed out")
        response = Response(status=204)
        forget_cookie(response)
        return response


@blueprint.resource("/me")
class Me(MethodView):
    @reads("user:read")
    @blueprint.gives(200, schemas.MeSchema)
    def get(self) -> dict[str, Any]:
        """Who is signed in, and what they may do."""
        actor = current_uow().actor
        scopes = {permission: scope_of(actor, permission) for permission in PERMISSIONS}
        return {
            "user": actor.user,
            "organisation": actor.organisation,
            "roles": sorted(actor.roles),
            "teams": sorted(actor.teams),
            "permissions": {name: scope.name.lower() for name, scope in scopes.items() if scope is not None},
            "session": actor.session,
            "now": current_uow().now,
        }


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
        """Create a person who may sign in."""
        password = told.pop("password")
        check_strength(password, username=told["username"])
        hashed = current_house().passwords.hash(password)
        created = settle(service.create_user(current_uow(), **told, password_hash=hashed))
        return created.user, 201, {"Location": f"/v1/users/{created.user.id}"}


@blueprint.resource("/users/<uuid:user_id>")
class OneUser(MethodView):
    @reads("user:read")
    @blueprint.gives(200, schemas.UserSchema)
    def get(self, user_id: UUID) -> User:
        """Show one person."""
        return _user(user_id)

    @writes("user:change", versioned=True)
    @blueprint.takes(schemas.UserUpdateSchema)
    @blueprint.gives(200, schemas.UserSchema)
    def patch(self, changes: dict[str, Any], user_id: UUID) -> User:
        """Change a person's name, badge or roles."""
        user = _user(user_id)
        check_version(user, schemas.UserSchema)
        settle(service.change_user(current_uow(), user, changes=changes))
        return user


@blueprint.resource("/users/<uuid:user_id>/password")
class UserPassword(MethodView):
    @writes("user:set_password")
    @blueprint.takes(schemas.PasswordSchema)
    @blueprint.gives(200, schemas.UserSchema)
    def post(self, told: dict[str, Any], user_id: UUID) -> User:
        """Set a new password; every other session of the person ends."""
        uow, hasher, user = current_uow(), current_house().passwords, _user(user_id)
        check_strength(told["password"], username=user.username)
        is_own = user.id == uow.actor.user
        if is_own and not hasher.verify(user.password_hash, told["current_password"] or ""):
            fault = Fault("/current_password", "This is not your present password.")
            raise InvalidError("The password was not changed.", faults=[fault])
        hashed = hasher.hash(told["password"])
        settle(
            service.set_password(uow, user, password_hash=hashed, but=uow.actor.session if is_own else None)
        )
        return user


@blueprint.resource("/users/<uuid:user_id>/disable")
class UserDisabling(MethodView):
    @writes("user:disable", versioned=True)
    @blueprint.gives(200, schemas.UserSchema)
    def post(self, user_id: UUID) -> User:
        """Sign a person out everywhere and for good."""
        user = _user(user_id)
        check_version(user, schemas.UserSchema)
        settle(service.disable_user(current_uow(), user))
        return user


@blueprint.resource("/users/<uuid:user_id>/sessions")
class UserSessions(MethodView):
    @reads("session:read")
    @blueprint.gives(200, schemas.SessionListSchema)
    def get(self, user_id: UUID) -> dict[str, Any]:
        """List a person's living sessions."""
        uow, user = current_uow(), _user(user_id)
        return {"items": sessions.list_sessions(uow.session, user.id, at=uow.now)}


@blueprint.resource("/users/<uuid:user_id>/sessions/<uuid:session_id>")
class OneSession(MethodView):
    @writes("session:close")
    @blueprint.gives(204)
    def delete(self, user_id: UUID, session_id: UUID) -> Response:
        """End one session of a person: a lost phone opens nothing any more."""
        uow, user = current_uow(), _user(user_id)
        session = queries.find_session(uow.session, session_id)
        if session is None or session.user_id != user.id:
            raise NotFoundError("There is no such session, or it ended already.")
        sessions.close_session(uow, session, reason="revoked")
        return Response(status=204)


@blueprint.resource("/organisation")
class OneOrganisation(MethodView):
    @reads("organisation:read")
    @blueprint.gives(200, schemas.OrganisationSchema)
    def get(self) -> Organisation:
        """Show the organisation and its settings."""
        return queries.get_organisation(current_uow())

    @writes("organisation:configure", versioned=True)
    @blueprint.takes(schemas.OrganisationUpdateSchema)
    @blueprint.gives(200, schemas.OrganisationSchema)
    def patch(self, changes: dict[str, Any]) -> Organisation:
        """Change the organisation's name or time zone."""
        organisation = queries.get_organisation(current_uow())
        check_version(organisation, schemas.OrganisationSchema)
        settle(service.configure_organisation(current_uow(), organisation, **changes))
        return organisation


def _user(user_id: UUID) -> User:
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


def _shown(opened: Opened, *, in_cookie: bool) -> dict[str, Any]:
    if in_cookie:

        @after_this_request
        def keep(response: Response) -> Response:
            keep_in_cookie(response, opened)
            return response

    return {
        "access_token": opened.access.text,
        "expires_at": opened.access_expires_at,
        "refresh_token": None if in_cookie else opened.refresh.text,
        "session": opened.session.id,
        "session_expires_at": opened.session.expires_at,
        "user": opened.session.user_id,
    }


def _spent() -> UnauthenticatedError:
    return UnauthenticatedError("This refresh token is spent or its session has ended. Sign in again.")
