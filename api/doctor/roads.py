"""The road engine: whether it answers. Plans are made without it, and are the worse for it."""

from api.doctor.findings import Findings, note, ok
from api.server.roads import open_engine
from api.settings import RoadSettings


def roads(settings: RoadSettings | None) -> Findings:
    """Nothing where none is set; estimates are then what was wanted."""
    if settings is None:
        return
    health = open_engine(settings).health()
    if health.is_well:
        yield ok("roads", health.sentence)
    else:
        yield note("roads", health.sentence, "Start the engine, or look at ROAD_ENGINE and ROAD_URL.")
