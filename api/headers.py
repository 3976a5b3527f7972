"""What every answer forbids a browser and whatever stands on the way."""

from flask import Flask, Response

from api.house import current_house

_YEAR_S = 31_536_000


def register(app: Flask) -> None:
    """No answer of `app` is cached, guessed at, framed or told of to others, unless its route says so."""

    @app.after_request
    def forbid(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Cache-Control", "no-store")
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Referrer-Policy", "no-referrer")
        headers.setdefault("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
        if current_house().settings.is_https:
            headers.setdefault("Strict-Transport-Security", f"max-age={_YEAR_S}")
        return response
