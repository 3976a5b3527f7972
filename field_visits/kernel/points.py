"""A place on earth in WGS-84 degrees. Other datums are converted at the edge, never kept."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Point:
    """Latitude and longitude in WGS-84 degrees."""

    lat: float
    lon: float

    def __post_init__(self) -> None:
        if not (-90 <= self.lat <= 90 and -180 <= self.lon <= 180):
            raise ValueError("Latitude lies within ±90° and longitude within ±180°.")
