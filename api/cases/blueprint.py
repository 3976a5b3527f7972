"""The one blueprint of customers and cases; its routes stand in the modules beside it."""

from api.blueprints import Blueprint

blueprint = Blueprint("cases", __name__, description="Customers, cases, and what hangs on them.")
