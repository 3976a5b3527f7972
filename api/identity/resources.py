"""Sign-in, people, programs and the organisation; importing this module serves all of them."""

from api.identity import (  # noqa: F401 - each adds its routes to the blueprint
    devices,
    organisation,
    people,
    portraits,
    second_factor,
    service_accounts,
    sessions,
    sign_in,
)
from api.identity.blueprint import blueprint

__all__ = ["blueprint"]
