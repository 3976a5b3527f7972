"""Questions to a geocoder and what came of them."""

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from field_visits.kernel.db import Base
from field_visits.kernel.ids import AddressId, OrganisationId


class PlaceSearch(Base):
    """Where a geocoder believes one address is: asked for, found, or not. Working row; pinning it is what counts.

    It is its own memory: `asked_about` is the hash of the words, and the same words are not asked again. The place
    stands in the datum of the provider, `crs`.
    """

    __tablename__ = "place_searches"
    __table_args__ = (Index(None, "org_id", "stage"),)

    address_id: Mapped[AddressId] = mapped_column(primary_key=True)
    org_id: Mapped[OrganisationId]
    stage: Mapped[str]
    asked_about: Mapped[str]
    asked_at: Mapped[datetime]
    attempts: Mapped[int]
    provider: Mapped[str | None]
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    crs: Mapped[str | None]
    confidence_percent: Mapped[int | None]
    label: Mapped[str | None]
    failure: Mapped[str | None]
