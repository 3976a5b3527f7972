"""Examples of people, programs and sign-ins for the matrix; see tests/api/test_matrix.py."""

from base64 import b32decode
from typing import Any

from sqlalchemy import select

from field_visits.identity import second_factor, service_accounts
from field_visits.identity.models import ServiceAccount, User
from field_visits.identity.portraits import take_portrait
from field_visits.identity.sessions import open_session
from field_visits.identity.totp import code_of, new_secret, step_at
from field_visits.unit_of_work import Born, UnitOfWork
from tests.client import KEYS, ApiClient
from tests.simulators.camera import photo

KNOWN = "what the collector knows"


def session(api: ApiClient) -> object:
    with api.world.work() as uow:
        return open_session(uow, collector(api, uow), keys=KEYS.tokens, user_agent="sample").session.id


def account(api: ApiClient) -> object:
    with api.world.work() as uow:
        return born(uow).id


def service_key(api: ApiClient) -> object:
    """A key of the newest account: the samples of one route are made in the order of its address."""
    with api.world.work() as uow:
        newest = uow.session.scalars(select(ServiceAccount).order_by(ServiceAccount.id.desc())).first()
        assert newest is not None
        issued = service_accounts.issue_key(uow, newest, days=1, keys=KEYS.tokens)
        assert isinstance(issued, service_accounts.Issued)
        return issued.key.id


def own_password(api: ApiClient) -> dict[str, Any]:
    with api.world.work() as uow:
        hashed = api.house.passwords.hash(KNOWN)
        uow.apply(collector(api, uow), "set_password", changes={"password_hash": hashed})
    return {"password": "something else entirely", "current_password": KNOWN}


def waiting_code(api: ApiClient) -> dict[str, Any]:
    with api.world.work() as uow:
        begun = second_factor.begin_enrolment(uow, collector(api, uow), seals=KEYS.seals)
        assert isinstance(begun, second_factor.Enrolment)
        return {"code": code_of(b32decode(begun.secret), step_at(uow.now))}


def recovery_code(api: ApiClient) -> dict[str, Any]:
    with api.world.work() as uow:
        user = collector(api, uow)
        if not user.has_second_factor:
            sealed = KEYS.seals.seal(new_secret(), owner=user.id.bytes)
            uow.apply(user, "enrol_factor", changes={"totp_secret": sealed})
        return {"code": second_factor.issue_recovery_codes(uow, user, keys=KEYS.tokens)[0]}


def collector(api: ApiClient, uow: UnitOfWork) -> User:
    return uow.session.get_one(User, api.world.collector.user)


def born(uow: UnitOfWork) -> ServiceAccount:
    made = service_accounts.create_account(uow, name=f"program {uow.new_id()}", scopes=["case:read"])
    assert isinstance(made, Born)
    return made.row


def known_by_face(api: ApiClient) -> object:
    """The collector, of whom there is a portrait."""
    with api.world.work() as uow:
        user = collector(api, uow)
        assert isinstance(take_portrait(uow, api.house.objects, user, content=photo()), Born)
        return user.id


SAMPLES = {
    "user_id": known_by_face,
    "session_id": session,
    "account_id": account,
    "key_id": service_key,
}
BODIES = {
    "POST /v1/users/{user_id}/password": own_password,
    "POST /v1/users/{user_id}/second-factor": lambda api: {
        "current_password": own_password(api)["current_password"]
    },
    "POST /v1/users/{user_id}/second-factor/confirm": waiting_code,
    "POST /v1/users/{user_id}/recovery-codes": recovery_code,
    "POST /v1/service-accounts": lambda _: {"name": "core banking", "scopes": ["case:read"]},
    "POST /v1/users/{user_id}/portrait": lambda _: photo(seed=1),
    "PATCH /v1/me": lambda _: {"language": "zh"},
}
