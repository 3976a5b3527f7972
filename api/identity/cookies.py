"""The refresh token of a browser: a cookie that no script can read and no other site can send.

Only `POST /v1/refresh` reads it, and three things keep other sites away from there. The cookie is
`SameSite=Strict`. The body has to be JSON, which no form can send and which another origin may not send
without our leave, never given. And a browser says in `Sec-Fetch-Site` whose page asked: a sister domain, which
`SameSite` would let through, is turned away. Every other route wants the access token in `Authorization`,
which a browser never sends by itself. Signing somebody in as somebody else (login CSRF) fails on the JSON too.
"""

from typing import Final

from flask import Response, request

from api.house import current_house
from api.problems import ApiError
from field_visits.identity.sessions import SESSION_LIFE, Opened

PATH: Final = "/v1/refresh"
_NAME: Final = "doorstep-refresh"


def keep_in_cookie(response: Response, opened: Opened) -> None:
    """The browser holds the session's refresh token, for as long as the session can live."""
    response.set_cookie(
        _name(),
        opened.refresh.text,
        max_age=SESSION_LIFE,
        path=PATH,
        secure=current_house().settings.is_https,
        httponly=True,
        samesite="Strict",
    )


def forget_cookie(response: Response) -> None:
    """The browser holds no refresh token any more."""
    response.delete_cookie(
        _name(), path=PATH, secure=current_house().settings.is_https, httponly=True, samesite="Strict"
    )


def token_in_cookie() -> str:
    """The refresh token that the browser holds; empty if there is none.

    Raises:
        ApiError: a page of another site asks, or something that is no program.
    """
    if not request.is_json:
        raise ApiError("unsupported-media-type", "Send {} as application/json.")
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        raise ApiError("forbidden", "A session goes on only from this site's own pages.")
    return request.cookies.get(_name(), "")


def _name() -> str:
    """Over HTTPS the prefix makes browsers refuse a cookie of this name that an insecure page sets."""
    return f"__Secure-{_NAME}" if current_house().settings.is_https else _NAME
