"""The built screens as files: pages that are asked for anew each time, assets that never change.

An asset's name holds a hash of its content, so browsers may keep it for ever; a page names the assets of one
build. Everything was compressed when it was built: here the smallest copy that the browser reads is chosen.
Nothing on a page comes from another place, and the policy below says so to the browser.
"""

import hashlib
from pathlib import Path
from typing import Final

from flask import Flask, Response, abort, current_app, request

from api.blueprints import Api
from api.house import current_house
from api.requests import public

DIST: Final = "WEB_DIST"  # the setting of the application that names the folder
PAGES: Final = {
    "/": "index",
    "/m": "collector",
    "/dispatch": "dispatch",
    "/legal": "legal",
    "/new-password": "links",
    "/first-administrator": "links",
    "/admin": "admin",
    "/d/<token>": "portal",
}
_BUILT: Final = Path(__file__).parents[2] / "web" / "dist"
_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
}
# From small to large, as a browser names them and as the build writes them.
_ENCODINGS: Final = {"br": ".br", "gzip": ".gz"}
_FOREVER: Final = "public, max-age=31536000, immutable"
# Kept, but asked for again each time; with an unchanged ETag the answer is empty.
_ANEW: Final = "no-cache"
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
    "connect-src {connect}; manifest-src 'self'; worker-src 'self'; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
_PERMISSIONS: Final = (
    "camera=(self), geolocation=(self), screen-wake-lock=(self), microphone=(), display-capture=(), "
    "payment=(), usb=(), bluetooth=(), serial=(), hid=(), browsing-topics=()"
)
_NOT_BUILT: Final = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Doorstep: the screens are not built</title>
<h1>The screens are not built yet</h1>
<p>The API serves already; its description is at <a href="/docs">/docs</a>. To build the screens, run this in
Doorstep's folder and load this page again:</p>
<pre>make web</pre>
<p lang="zh-CN">界面尚未构建。请在 Doorstep 的目录中运行上面的命令，然后重新加载本页。</p>
</html>
"""


def register(app: Flask, rest: Api) -> None:
    """Serve the pages, their assets, and which build they are of."""
    del rest
    app.config.setdefault(DIST, _BUILT)
    for rule, name in PAGES.items():
        app.add_url_rule(rule, f"page_{rule[1:] or name}", page, defaults={"name": name})
    app.add_url_rule("/assets/<path:name>", "asset", asset)
    app.add_url_rule("/build.json", "build", build)
    app.add_url_rule("/sw.js", "worker", worker)
    app.add_url_rule("/m.webmanifest", "manifest", manifest)
    app.add_url_rule("/icons/<name>", "icon", icon)


@public("a page shows nothing before somebody signs in on it")
def page(name: str, token: str = "") -> Response:
    """One of the entry pages. The token in the address of a customer's page is for the page itself to read."""
    del token
    response = _file(f"{name}.html", _ANEW)
    if response is None:
        return Response(_NOT_BUILT, status=503, content_type=_TYPES[".html"])
    headers = response.headers
    s3 = current_house().settings.s3
    # Phones send their photographs straight to the store where there is one.
    headers["Content-Security-Policy"] = _POLICY.format(
        connect="'self'" if s3 is None else f"'self' {s3.endpoint}"
    )
    headers["Permissions-Policy"] = _PERMISSIONS
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    return response


@public("programs and styles hold no secret")
def asset(name: str) -> Response:
    """A program, a style or a picture of the pages."""
    return _file(f"assets/{name}", _FOREVER) or abort(404)


@public("an open page asks whether it is still the newest")
def build() -> Response:
    """Which build is served."""
    return _file("build.json", _ANEW) or abort(404)


@public("the worker keeps the phone's pages; it holds no secret")
def worker() -> Response:
    """The service worker of the phone's page: its name never changes, so it is never kept unasked."""
    response = _file("sw.js", _ANEW) or abort(404)
    # A worker has a policy of its own: it fetches the pages that it keeps, and nothing else.
    response.headers["Content-Security-Policy"] = "default-src 'none'; connect-src 'self'"
    return response


@public("what a phone needs to install the page")
def manifest() -> Response:
    """How the phone's page is named and drawn among its apps."""
    return _file("m.webmanifest", _ANEW) or abort(404)


@public("a picture of the product")
def icon(name: str) -> Response:
    """The picture of the phone's page among its apps."""
    return _file(f"icons/{name}", _ANEW) or abort(404)


def _file(name: str, cache: str) -> Response | None:
    """A built file in the encoding that suits the browser; None if there is none of that name."""
    root = Path(current_app.config[DIST])
    path = (root / name).resolve()
    kind = _TYPES.get(path.suffix)
    if kind is None or root.resolve() not in path.parents or not path.is_file():
        return None
    encoding, found = next(
        (
            (each, copy)
            for each, suffix in _ENCODINGS.items()
            if request.accept_encodings[each] and (copy := path.with_name(path.name + suffix)).is_file()
        ),
        (None, path),
    )
    content = found.read_bytes()
    response = Response(content, content_type=kind)
    response.headers["Cache-Control"] = cache
    response.headers["Vary"] = "Accept-Encoding"
    if encoding is not None:
        response.headers["Content-Encoding"] = encoding
    response.set_etag(hashlib.sha256(content).hexdigest()[:32])
    response.make_conditional(request)
    return response
