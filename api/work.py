"""What the request in hand works with: its unit of work, and how far its permission reaches."""

from typing import cast

from flask import g

from field_visits.identity.permissions import Scope
from field_visits.unit_of_work import UnitOfWork


def current_uow() -> UnitOfWork:
    """The unit of work that `reads` or `writes` opened for this request."""
    return cast("UnitOfWork", g.uow)


def current_scope() -> Scope:
    """How far the caller's permission for this route reaches."""
    return cast("Scope", g.scope)
