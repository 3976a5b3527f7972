"""Programs that work in the organisation: their scopes and their keys."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask.views import MethodView

from api.house import current_house
from api.identity import schemas
from api.identity.blueprint import blueprint
from api.paging import Page, PageQuery, Position, page_of, paged
from api.preconditions import check_version
from api.requests import reads, settle, writes
from api.work import current_uow
from field_visits.identity import queries, service_accounts
from field_visits.identity.models import ServiceAccount, ServiceKey
from field_visits.identity.permissions import GRANTABLE
from field_visits.identity.service_accounts import Issued
from field_visits.kernel.ids import ServiceAccountId, ServiceKeyId


@blueprint.resource("/service-accounts")
class ServiceAccounts(MethodView):
    @reads("service_account:read")
    @blueprint.takes(PageQuery, location="query")
    @blueprint.gives(200, page_of(schemas.ServiceAccountSchema))
    def get(self, query: dict[str, Any]) -> tuple[Page[ServiceAccount], int, dict[str, str]]:
        """List service accounts by name."""

        def fetch(after: Position | None, limit: int) -> list[ServiceAccount]:
            return queries.list_service_accounts(current_uow().session, after=after, limit=limit)

        return paged(query, fetch, lambda account: (account.name, account.id))

    @writes("service_account:create")
    @blueprint.takes(schemas.ServiceAccountCreateSchema)
    @blueprint.gives(201, schemas.ServiceAccountSchema)
    def post(self, told: dict[str, Any]) -> tuple[ServiceAccount, int, dict[str, str]]:
        """Create a service account; it signs in with keys."""
        created = settle(service_accounts.create_account(current_uow(), **told))
        return created.row, 201, {"Location": f"/v1/service-accounts/{created.row.id}"}


@blueprint.resource("/service-account-scopes")
class GrantableScopes(MethodView):
    @reads("service_account:read")
    @blueprint.gives(200, schemas.GrantableScopesSchema)
    def get(self) -> dict[str, Any]:
        """List every scope that a service account may have, in order of name."""
        return {"items": sorted(GRANTABLE)}


@blueprint.resource("/service-accounts/<uuid:account_id>")
class OneServiceAccount(MethodView):
    @reads("service_account:read")
    @blueprint.gives(200, schemas.ServiceAccountSchema)
    def get(self, account_id: UUID) -> ServiceAccount:
        """Show one service account."""
        return _account(account_id)

    @writes("service_account:change", versioned=True)
    @blueprint.takes(schemas.ServiceAccountUpdateSchema)
    @blueprint.gives(200, schemas.ServiceAccountSchema)
    def patch(self, changes: dict[str, Any], account_id: UUID) -> ServiceAccount:
        """Change a service account's name or scopes; they bind at the next request of each key."""
        account = _account(account_id)
        check_version(account, schemas.ServiceAccountSchema)
        settle(service_accounts.change_account(current_uow(), account, changes=changes))
        return account


@blueprint.resource("/service-accounts/<uuid:account_id>/disable")
class ServiceAccountDisabling(MethodView):
    @writes("service_account:disable", versioned=True)
    @blueprint.gives(200, schemas.ServiceAccountSchema)
    def post(self, account_id: UUID) -> ServiceAccount:
        """Close a service account for good: none of its keys opens anything any more."""
        account = _account(account_id)
        check_version(account, schemas.ServiceAccountSchema)
        settle(service_accounts.disable_account(current_uow(), account))
        return account


@blueprint.resource("/service-accounts/<uuid:account_id>/keys")
class ServiceKeys(MethodView):
    @reads("service_account:read")
    @blueprint.gives(200, schemas.ServiceKeyListSchema)
    def get(self, account_id: UUID) -> dict[str, Any]:
        """List the keys of a service account, newest first."""
        keys = queries.list_service_keys(current_uow().session, _account(account_id))
        return {"items": [_shown(key, last_used_at) for key, last_used_at in keys]}

    @writes("service_key:issue", shows_secret=True)
    @blueprint.takes(schemas.ServiceKeyCreateSchema)
    @blueprint.gives(201, schemas.IssuedKeySchema)
    def post(self, told: dict[str, Any], account_id: UUID) -> dict[str, Any]:
        """Issue a key. It is shown this once."""
        account, keys = _account(account_id), current_house().keys.tokens
        return _issued(settle(service_accounts.issue_key(current_uow(), account, **told, keys=keys)))


@blueprint.resource("/service-accounts/<uuid:account_id>/keys/<uuid:key_id>/rotate")
class ServiceKeyRotation(MethodView):
    @writes("service_key:retire", shows_secret=True)
    @blueprint.takes(schemas.ServiceKeyRotationSchema)
    @blueprint.gives(201, schemas.IssuedKeySchema)
    def post(self, told: dict[str, Any], account_id: UUID, key_id: UUID) -> dict[str, Any]:
        """Issue a key in the place of another, which stays good for a while. It is shown this once."""
        uow, account, keys = current_uow(), _account(account_id), current_house().keys.tokens
        key = queries.get_service_key(uow.session, account, ServiceKeyId(key_id))
        return _issued(settle(service_accounts.rotate_key(uow, account, key, **told, keys=keys)))


@blueprint.resource("/service-accounts/<uuid:account_id>/keys/<uuid:key_id>/revoke")
class ServiceKeyRevocation(MethodView):
    @writes("service_key:revoke")
    @blueprint.gives(200, schemas.ServiceKeySchema)
    def post(self, account_id: UUID, key_id: UUID) -> dict[str, Any]:
        """Revoke a key: it opens nothing any more."""
        session = current_uow().session
        key = queries.get_service_key(session, _account(account_id), ServiceKeyId(key_id))
        settle(service_accounts.revoke_key(current_uow(), key))
        return _shown(key, queries.last_use_of(session, key))


def _account(account_id: UUID) -> ServiceAccount:
    return queries.get_service_account(current_uow().session, ServiceAccountId(account_id))


def _issued(issued: Issued) -> dict[str, Any]:
    return _shown(issued.key, None) | {"key": issued.token.text}


def _shown(key: ServiceKey, last_used_at: datetime | None) -> dict[str, Any]:
    return {
        "id": key.id,
        "hint": key.hint,
        "state": key.state,
        "issued_at": key.issued_at,
        "expires_at": key.expires_at,
        "last_used_at": last_used_at,
    }
