"""Which geocoder is asked where a door is; none where none is set."""

from urllib.parse import urlsplit

from api.settings import GeocoderSettings
from routing.places.amap import amap
from routing.places.baidu import baidu
from routing.places.finding import Finder
from routing.places.here import here
from routing.places.nominatim import PUBLIC, nominatim
from routing.places.photon import photon


def open_finder(settings: GeocoderSettings | None) -> Finder | None:
    """What the settings name; None where they name nothing."""
    if settings is None:
        return None
    url, key = settings.url, settings.key or ""
    parts = urlsplit(url or f"https://{PUBLIC}")
    if settings.provider == "nominatim":
        return nominatim(f"doorstep ({settings.contact})", domain=parts.netloc, scheme=parts.scheme)
    if settings.provider == "photon":
        return photon(parts.netloc, scheme=parts.scheme)
    opened = {"baidu": baidu, "here": here, "amap": amap}[settings.provider]
    return opened(key, base_url=url)
