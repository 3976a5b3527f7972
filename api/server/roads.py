"""Which road engine tells how long ways take; none where none is set."""

from api.settings import RoadSettings
from routing.distance import Travel
from routing.roads.cache import CachedTravel
from routing.roads.http import JsonServer
from routing.roads.osrm import OsrmTravel
from routing.roads.road_travel import RoadTravel
from routing.roads.valhalla import ValhallaTravel

_ENGINES: dict[str, type[RoadTravel]] = {"osrm": OsrmTravel, "valhalla": ValhallaTravel}
# Somebody may be looking at a board: an engine that is silent so long is left out of this plan.
_TIMEOUT_S, _TRIES = 4.0, 2


def open_engine(settings: RoadSettings) -> RoadTravel:
    """The engine that the settings name, asked anew each time."""
    server = JsonServer(settings.url, timeout_s=_TIMEOUT_S, tries=_TRIES)
    return _ENGINES[settings.engine](server, block=settings.block)


def open_roads(settings: RoadSettings | None) -> Travel | None:
    """The same with a memory of pairs; None where the settings name nothing."""
    return None if settings is None else CachedTravel(open_engine(settings))
