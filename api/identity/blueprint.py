"""The one blueprint of identity; its routes stand in the modules beside it."""

from api.blueprints import Blueprint

blueprint = Blueprint("identity", __name__, description="Sign-in, people, programs, and the organisation.")
