"""Who may call what, route by route, from the OpenAPI document: nobody has to remember a new route.

Every route is called as every role: without the permission it is 403 and with it never. Every route with an
id in its address is called with one of another organisation: it does not exist.

A room brings examples in `tests/api/samples_<room>.py`:

    SAMPLES = {"visit_id": make_a_visit}        # path parameter → a function of ApiClient that makes one
    BODIES = {"POST /v1/visits/{visit_id}/arrive": lambda api: {…}}

`BODIES` is needed only where a body made from the schema alone is turned away before the thing is looked
for; `None` sends none, bytes are sent as a file.
"""

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest

import tests.api
from api.app import build_app
from api.docs import describe
from field_visits.identity.permissions import GRANTABLE, PERMISSIONS, Scope
from field_visits.kernel.actor import Actor, Role
from tests.client import Answer, ApiClient, Caller
from tests.world import World

SPEC = describe(build_app())
_TIMES = {"date-time": "2026-11-25T10:00:00+08:00", "date": "2026-11-25", "uuid": str(uuid4())}


@dataclass(frozen=True)
class Route:
    method: str
    path: str
    permission: str
    parameters: tuple[str, ...]
    query: Mapping[str, Any]
    body: Mapping[str, Any] | None  # its schema

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def _routes() -> Iterator[Route]:
    for path, operations in SPEC["paths"].items():
        shared = operations.get("parameters", [])
        for method, operation in operations.items():
            if method == "parameters" or "x-permission" not in operation:
                continue
            named = [*shared, *operation.get("parameters", [])]
            content = operation.get("requestBody", {}).get("content", {})
            yield Route(
                method.upper(),
                path,
                operation["x-permission"],
                tuple(each["name"] for each in named if each["in"] == "path"),
                {
                    each["name"]: example_of(each["schema"])
                    for each in named
                    if each["in"] == "query" and each.get("required")
                },
                content.get("application/json", {}).get("schema"),
            )


def example_of(schema: Mapping[str, Any]) -> Any:  # noqa: PLR0911 - one line a type
    """The smallest value that the schema takes."""
    if "$ref" in schema:
        return example_of(SPEC["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    for key in ("anyOf", "oneOf", "allOf"):
        if key in schema:
            return example_of(schema[key][0])
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type", "object")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        properties = schema.get("properties", {})
        named = schema.get("required") or list(properties)[:1]  # a change changes something
        return {name: example_of(properties[name]) for name in named}
    if kind == "array":
        return [example_of(schema["items"])]
    if kind in {"integer", "number"}:
        return max(1, schema.get("minimum", 1))
    if kind == "boolean":
        return True
    return (
        _TIMES.get(schema.get("format", ""))
        or "abcdefghijklmno"[: max(15, schema.get("minLength", 0))][: schema.get("maxLength", 15)]
    )


def _collected(name: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for module in pkgutil.iter_modules(tests.api.__path__):
        if module.name.startswith("samples_"):
            found |= getattr(importlib.import_module(f"tests.api.{module.name}"), name, {})
    return found


ROUTES = sorted(_routes(), key=str)
SAMPLES: Mapping[str, Callable[[ApiClient], object]] = _collected("SAMPLES")
BODIES: Mapping[str, Callable[[ApiClient], Any] | None] = _collected("BODIES")
# What a customer's link alone opens is held by tests/api/test_portal.py.
OWNED = [route for route in ROUTES if route.parameters and PERMISSIONS[route.permission]]


def people(world: World) -> dict[Role, Actor]:
    return {
        Role.ADMIN: world.admin,
        Role.DISPATCHER: world.dispatcher,
        Role.LEGAL: world.legal,
        Role.SUPERVISOR: world.supervisor,
        Role.COLLECTOR: world.collector,
    }


def call(api: ApiClient, caller: Caller, route: Route, ids: Mapping[str, object]) -> Answer:
    url = route.path.format(**ids)
    options: dict[str, Any] = {}
    if str(route) in BODIES:
        body = BODIES[str(route)]
        made = None if body is None else body(api)
        options = {} if made is None else {"data" if isinstance(made, bytes) else "json": made}
    elif route.body is not None:
        options = {"json": example_of(route.body)}
    if route.query:
        options["query_string"] = route.query
    return caller.send(route.method, url, version=uuid4(), **options)


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_a_route_is_open_to_exactly_the_roles_of_the_table(
    api: ApiClient, world: World, route: Route
) -> None:
    nothing = dict.fromkeys(route.parameters, uuid4())
    # A role that may close its own session would be signed out half-way: each call has its own.
    answers = {
        role: call(api, api.beside().as_(actor), route, nothing) for role, actor in people(world).items()
    }

    open_to = {role for role, answer in answers.items() if answer.status_code != 403}
    assert open_to == set(PERMISSIONS[route.permission])
    assert all(answer.status_code < 500 for answer in answers.values())


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_a_program_passes_by_the_scope_of_the_route_and_by_no_other(api: ApiClient, route: Route) -> None:
    nothing = dict.fromkeys(route.parameters, uuid4())
    others = call(api, api.program(*GRANTABLE - {route.permission}), route, nothing)

    assert others.status_code == 403
    if route.permission in GRANTABLE:
        with_it = call(api, api.program(route.permission), route, nothing)
        assert with_it.status_code != 403
        assert with_it.status_code < 500


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_a_route_is_closed_without_a_token(api: ApiClient, route: Route) -> None:
    url = route.path.format(**dict.fromkeys(route.parameters, uuid4()))

    assert api.anonymous.send(route.method, url).status_code == 401


@pytest.mark.parametrize("route", OWNED, ids=str)
def test_a_thing_of_another_organisation_does_not_exist(api: ApiClient, world: World, route: Route) -> None:
    missing = set(route.parameters) - set(SAMPLES)
    assert missing == set(), "add a maker to SAMPLES in tests/api/samples_<room>.py"
    other = api.beside(World.found(world.database, world.clock))
    theirs = {name: SAMPLES[name](other) for name in route.parameters}

    answers = {
        role: call(api, api.as_(people(world)[role]), route, theirs) for role in PERMISSIONS[route.permission]
    }

    if route.permission in GRANTABLE:
        program = call(api, api.program(route.permission), route, theirs)
        assert program.status_code == 404
    assert {role: (a.status_code, a.text) for role, a in answers.items() if a.status_code != 404} == {}


@pytest.mark.parametrize("route", OWNED, ids=str)
def test_the_same_request_finds_a_thing_of_ones_own(api: ApiClient, world: World, route: Route) -> None:
    """Without this, the test above would be content with any 404."""
    ours = {name: SAMPLES[name](api) for name in route.parameters}
    reaching = [
        people(world)[role]
        for role, scope in PERMISSIONS[route.permission].items()
        if scope is Scope.ORGANISATION or role is Role.COLLECTOR
    ]

    found = [call(api, api.as_(actor), route, ours) for actor in reaching]

    assert any(answer.status_code not in {403, 404, 422} for answer in found), [a.text for a in found]
