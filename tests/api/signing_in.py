"""Short ways to sign in over HTTP, for the tests of identity."""

from base64 import b32decode
from datetime import datetime
from typing import Any

from field_visits.identity.totp import code_of, step_at
from tests.client import Answer, ApiClient
from tests.world import World

PASSWORD = "a long enough password"
GIVEN = "chosen by the administrator"


def hire(api: ApiClient, username: str, **told: Any) -> dict[str, Any]:
    """A person who has chosen PASSWORD at their first sign-in, as the API shows them."""
    made = create(api, username, **told)
    assert made.status_code == 201, made.text
    step = sign_in(api, api.world, username, GIVEN).json["step"]
    assert choose_password(api, step).status_code == 200
    found: dict[str, Any] = api.as_(api.world.admin).get(f"/v1/users/{made.json['id']}").json
    return found


def create(api: ApiClient, username: str, **told: Any) -> Answer:
    """The administrator creates a person with the password GIVEN."""
    body = {"username": username, "name": "Li Na", "roles": ["dispatcher"], "password": GIVEN} | told
    return api.as_(api.world.admin).post("/v1/users", json=body)


def sign_in(
    api: ApiClient, world: World, username: str = "li.na", password: str = PASSWORD, **told: Any
) -> Answer:
    """Sign in; `device_token` and `solution` go into the body, everything else is a header."""
    body = {"organisation": world.slug, "username": username, "password": password}
    body |= {name: told.pop(name) for name in ("device_token", "solution") if name in told}
    return api.anonymous.post("/v1/sign-in", json=body, headers=told, key="")


def enter_code(api: ApiClient, step: str, code: str, **told: Any) -> Answer:
    return api.anonymous.post("/v1/sign-in/code", json={"step": step, "code": code} | told, key="")


def choose_password(api: ApiClient, step: str, password: str = PASSWORD) -> Answer:
    return api.anonymous.post("/v1/sign-in/password", json={"step": step, "password": password}, key="")


def code_at(secret: str, instant: datetime, *, ahead: int = 0) -> str:
    """What a phone with this Base32 secret shows, its clock `ahead` steps off."""
    return code_of(b32decode(secret), step_at(instant) + ahead)


def refresh(api: ApiClient, token: str) -> Answer:
    return api.anonymous.post("/v1/refresh", json={"refresh_token": token}, key="")


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def me(api: ApiClient, token: str) -> Answer:
    return api.anonymous.get("/v1/me", headers=bearer(token))
