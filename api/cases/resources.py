"""Customers and cases; importing this module serves all of them."""

from api.cases import approaches, consents, customers, hanging, legal_events, work  # noqa: F401 - each adds its routes to the blueprint
from api.cases.blueprint import blueprint

__all__ = ["blueprint"]
