"""Signing in, step by step, going on with a session, and ending it; nobody has a token before."""

from typing import Any

from flask import Response, after_this_request, request
from flask.views import MethodView

from api.house import current_house
from api.identity import schemas
from api.identity.blueprint import blueprint
from api.identity.cookies import forget_cookie, keep_in_cookie, token_in_cookie
from api.identity.schemas import TokenPlace
from api.proxies import client_address
from api.requests import public, writes
from api.work import current_uow
from field_visits.identity import founding, queries, sessions, sign_in, tokens
from field_visits.identity.puzzles import Solution
from field_visits.identity.sessions import Opened, Reused, SessionEndedError
from field_visits.identity.sign_in import Attempt, Caller
from field_visits.identity.tokens import TokenKind
from field_visits.kernel.errors import UnauthenticatedError

_ERRORS = (400, 401, 413, 415, 422, 429)


@blueprint.resource("/sign-in")
class SignIn(MethodView):
    @public("nobody has a token before signing in", errors=_ERRORS)
    @blueprint.takes(schemas.SignInSchema)
    @blueprint.gives(200, schemas.TokensSchema)
    def post(self, who: dict[str, Any]) -> dict[str, Any]:
        """Sign in with a password.

        A 401 may be a step on the way, and its problem's `step` opens the next one: `second-factor-required`
        at /v1/sign-in/code, `password-change-required` at /v1/sign-in/password. While many strangers come, a
        429 `puzzle-required` carries a `puzzle`: solve it and send the same again with `solution`.
        """
        told = who["solution"]
        solution = None if told is None else Solution(told["puzzle"], tuple(told["numbers"]))
        attempt = Attempt(who["organisation"], who["username"], who["password"], _caller(who), solution)
        return _shown(sign_in.sign_in(current_house().door, attempt), who["refresh_in"])


@blueprint.resource("/sign-in/code")
class SignInCode(MethodView):
    @public("the step before is the proof", errors=_ERRORS)
    @blueprint.takes(schemas.SignInCodeSchema)
    @blueprint.gives(200, schemas.TokensSchema)
    def post(self, told: dict[str, Any]) -> dict[str, Any]:
        """Go on with a code of the second factor, or with a recovery code."""
        door = current_house().door
        opened = sign_in.enter_code(door, step=told["step"], code=told["code"], caller=_caller(told))
        return _shown(opened, told["refresh_in"])


@blueprint.resource("/sign-in/password")
class SignInPassword(MethodView):
    @public("the step before, or the administrator's code, is the proof", errors=_ERRORS)
    @blueprint.takes(schemas.SignInPasswordSchema)
    @blueprint.gives(200, schemas.TokensSchema)
    def post(self, told: dict[str, Any]) -> dict[str, Any]:
        """Choose a password of one's own: in place of a given one, or with the code of a reset."""
        door = current_house().door
        opened = sign_in.choose_password(
            door, step=told["step"], password=told["password"], caller=_caller(told)
        )
        return _shown(opened, told["refresh_in"])


@blueprint.resource("/first-administrator")
class FirstAdministrator(MethodView):
    @public("the link that a start prints is the proof", errors=(400, 401, 413, 415, 422))
    @blueprint.takes(schemas.FirstAdministratorCreateSchema)
    @blueprint.gives(201, schemas.FirstAdministratorSchema)
    def post(self, told: dict[str, Any]) -> dict[str, Any]:
        """Open the first administrator's account; on an empty installation with the organisation itself."""
        house = current_house()
        opened = founding.open_account(
            house.database,
            house.clock,
            **told,
            packs={pack.id for pack in house.packs},
            hasher=house.passwords,
            keys=house.keys.tokens,
        )
        return {"user": opened.user, "username": opened.username, "organisation": opened.organisation}


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
            raise SessionEndedError("This refresh token came twice, so its session was ended. Sign in again.")
        return _shown(outcome, TokenPlace.COOKIE if in_cookie else TokenPlace.BODY)


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


def _caller(told: dict[str, Any]) -> Caller:
    return Caller(client_address(), request.user_agent.string, told["device_token"])


def _shown(opened: Opened, place: TokenPlace) -> dict[str, Any]:
    in_cookie = place is TokenPlace.COOKIE
    if in_cookie:

        @after_this_request
        def keep(response: Response) -> Response:
            keep_in_cookie(response, opened)
            return response

    return {
        "access_token": opened.access.text,
        "expires_at": opened.access_expires_at,
        "refresh_token": None if in_cookie else opened.refresh.text,
        "device_token": None if opened.device is None else opened.device.text,
        "session": opened.session.id,
        "session_expires_at": opened.session.expires_at,
        "user": opened.session.user_id,
    }


def _spent() -> UnauthenticatedError:
    return UnauthenticatedError("This refresh token cannot be one. Sign in again.")
