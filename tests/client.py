"""The API as a test sees it: real application, real database, no socket.

    def test_…(api: ApiClient, world: World) -> None:
        made = api.as_(world.dispatcher).post("/v1/…", json={…})   # token and a fresh Idempotency-Key
        assert made.status_code == 201, made.text
        api.as_(world.admin).patch(url, json={…}, version=made.json["version"])   # If-Match
        api.anonymous.get("/health/live")

Every answer is held against the OpenAPI document: an undocumented status, content type or body fails the
test that got it.
"""

import json
import re
import secrets
from collections.abc import Mapping
from copy import copy
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from werkzeug.test import TestResponse

from api.app import build_app
from api.docs import describe
from api.house import House, Keys
from api.settings import read_settings
from field_visits.compliance.packs import load_packs
from field_visits.dossier.keys import export_key_name
from field_visits.evidence.notes import SignerKey
from field_visits.identity.models import User
from field_visits.identity.passwords import PasswordCost
from field_visits.identity.service_accounts import Issued, create_account, issue_key
from field_visits.identity.sessions import open_session
from field_visits.kernel.actor import Actor
from field_visits.kernel.db import Database
from field_visits.kernel.ids import OrganisationId
from field_visits.unit_of_work import Born, unit_of_work
from media.store import ObjectStore
from tests.world import World

_EXPORT_KEY = Ed25519PrivateKey.generate()
CHEAP = PasswordCost(time=1, memory_kib=8, lanes=1, at_once=8)
# The test client calls from 127.0.0.1: X-Forwarded-For says from where else.
SETTINGS = read_settings({"TRUSTED_PROXIES": "127.0.0.1"})
KEYS = Keys.derive([b"a pepper for tests, 32 bytes long"])


def export_signer(organisation: OrganisationId) -> SignerKey:
    """The key that seals bundles in tests."""
    return SignerKey(export_key_name(organisation), _EXPORT_KEY)


class Answer:
    """What came back."""

    def __init__(self, response: TestResponse) -> None:
        self.status_code = response.status_code
        self.headers = response.headers
        self.mimetype = response.mimetype or ""
        self.data = response.get_data()
        self.path = response.request.path

    @property
    def json(self) -> Any:
        return json.loads(self.data)

    @property
    def text(self) -> str:
        return self.data.decode()

    @property
    def code(self) -> str:
        """The code of a problem."""
        assert self.mimetype == "application/problem+json", self.text
        code: str = self.json["code"]
        return code


class Caller:
    """One person at the API, or nobody."""

    def __init__(self, app: Flask, token: str | None) -> None:
        self._app = app
        self.token = token

    def get(self, url: str, **options: Any) -> Answer:
        return self.send("GET", url, **options)

    def post(self, url: str, **options: Any) -> Answer:
        return self.send("POST", url, **options)

    def patch(self, url: str, **options: Any) -> Answer:
        return self.send("PATCH", url, **options)

    def put(self, url: str, **options: Any) -> Answer:
        return self.send("PUT", url, **options)

    def delete(self, url: str, **options: Any) -> Answer:
        return self.send("DELETE", url, **options)

    def send(
        self,
        method: str,
        url: str,
        *,
        key: str | None = None,
        version: object = None,
        headers: Mapping[str, str] | None = None,
        **options: Any,
    ) -> Answer:
        """Send, and hold the answer against the OpenAPI document.

        Args:
            method: HTTP method.
            url: Path and query.
            key: The Idempotency-Key of a POST; fresh by default, "" for none.
            version: What goes into If-Match.
            headers: Further ones.
            options: As Flask's test client takes them (`json`, `data`, `query_string`).
        """
        sent = dict(headers or {})
        if self.token is not None:
            sent.setdefault("Authorization", f"Bearer {self.token}")
        if method == "POST" and key != "":
            sent.setdefault("Idempotency-Key", key or secrets.token_hex(16))
        if version is not None:
            sent["If-Match"] = f'"{version}"'
        answer = Answer(self._app.test_client().open(url, method=method, headers=sent, **options))
        check_documented(method, answer)
        return answer


@cache
def _built() -> Flask:
    return build_app()


def _app_over(house: House) -> Flask:
    """What `create_app(house)` gives, for a hundredth of the time: routes and documents are built once.

    Only the extensions, among them the house, belong to one copy alone.
    """
    app = copy(_built())
    app.extensions = dict(app.extensions)
    house.live_in(app)
    return app


class ApiClient:
    """The API over the world's house."""

    def __init__(self, world: World, objects: ObjectStore, *, database: Database | None = None) -> None:
        self.world = world
        self.house = House(
            database or world.database,
            world.clock,
            KEYS,
            objects,
            packs=load_packs(),
            settings=SETTINGS,
            export_keys=lambda organisation: [export_signer(organisation).verifier],
            password_cost=CHEAP,
        )
        self.app = _app_over(self.house)
        self._callers: dict[Any, Caller] = {}

    def beside(self, world: World | None = None, *, database: Database | None = None) -> "ApiClient":
        """Another client with the same object store: of another world, or on another database."""
        return ApiClient(world or self.world, self.house.objects, database=database)

    @property
    def anonymous(self) -> Caller:
        return Caller(self.app, None)

    def as_(self, actor: Actor) -> Caller:
        """`actor`, signed in once per test. Their access runs out after 15 minutes of the world's clock."""
        if actor.user not in self._callers:
            self._callers[actor.user] = Caller(self.app, self.sign_in(actor))
        return self._callers[actor.user]

    def program(self, *scopes: str) -> Caller:
        """A service account with these scopes, by a key of its own."""
        with self.world.work() as uow:
            made = create_account(uow, name=f"program {uow.new_id()}", scopes=scopes)
            assert isinstance(made, Born)
            issued = issue_key(uow, made.row, days=1, keys=KEYS.tokens)
            assert isinstance(issued, Issued)
        return Caller(self.app, issued.token.text)

    def sign_in(self, actor: Actor) -> str:
        """A fresh access token of `actor`."""
        with unit_of_work(self.world.database, self.world.clock, actor) as uow:
            user = uow.session.get_one(User, actor.user)
            return open_session(uow, user, keys=KEYS.tokens, user_agent="tests").access.text


def check_documented(method: str, response: Answer) -> None:
    """The answer is one that the OpenAPI document foresees for its operation."""
    path = response.path
    template = _template_of(path)
    if template is None or method not in {"GET", "POST", "PUT", "PATCH", "DELETE"}:
        return
    operation = _spec()["paths"][template].get(method.lower())
    if operation is None:
        assert response.status_code == 405
        return
    told = operation["responses"].get(str(response.status_code))
    assert told is not None, f"{method} {template} does not document {response.status_code}: {response.text}"
    if "$ref" in told:
        told = _spec()["components"]["responses"][told["$ref"].rpartition("/")[2]]
    content = told.get("content")
    if not content:
        assert response.data == b"", f"{method} {template} {response.status_code} documents no body"
        return
    assert response.mimetype in content, f"{method} {template} answers {response.mimetype}"
    if "json" in response.mimetype:
        _validate(content[response.mimetype]["schema"], response.json)


@cache
def _spec() -> dict[str, Any]:
    return describe(_built())


@cache
def _registry() -> Registry[Any]:
    resource: Resource[Any] = Resource.from_contents(
        {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "urn:spec", **_spec()}
    )
    registry: Registry[Any] = Registry().with_resource("urn:spec", resource)
    return registry


def _validate(schema: Mapping[str, Any], value: Any) -> None:
    absolute = _absolute(schema)
    validator = Draft202012Validator(absolute, registry=_registry())
    faults = [f"{'/'.join(map(str, error.path))}: {error.message}" for error in validator.iter_errors(value)]
    assert not faults, faults


def _absolute(schema: Any) -> Any:
    """References within the document, as seen from outside it."""
    if isinstance(schema, Mapping):
        return {
            key: f"urn:spec{value}" if key == "$ref" else _absolute(value) for key, value in schema.items()
        }
    return [_absolute(each) for each in schema] if isinstance(schema, list) else schema


def _template_of(path: str) -> str | None:
    """The documented path to which an address belongs; literal segments win over parameters."""
    for template, pattern in _patterns():
        if pattern.fullmatch(path):
            return template
    return None


@cache
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    templates = sorted(_spec()["paths"], key=lambda path: (path.count("{"), path))
    return [(path, re.compile(re.sub(r"\\\{[^/]+\\\}", "[^/]+", re.escape(path)))) for path in templates]
