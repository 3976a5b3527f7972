"""A place on earth in WGS-84 degrees. Other datums are converted at the edge, never kept."""

from dataclasses import dataclass

MAX_LAT, MAX_LON = 90, 180


@dataclass(frozen=True, slots=True)
class Point:
    """Latitude and longitude in WGS-84 degrees."""

    lat: float
    lon: float

    def __post_init__(self) -> None:
        if abs(self.lat) > MAX_LAT or abs(self.lon) > MAX_LON:
            raise ValueError("Latitude lies within ±90° and longitude within ±180°.")
