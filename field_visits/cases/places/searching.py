"""The queue before a geocoder: what waits is asked one by one, at the provider's pace, by one process at a time.

A customer's address leaves the house only where the organisation said so (`may_geocode`, a recorded setting),
and only when a person asks about that address. What comes back is a proposal: a person pins the door.
"""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from sqlalchemy import delete, select, update

from field_visits.cases.models import Address
from field_visits.cases.places.models import PlaceSearch
from field_visits.identity.models import Organisation
from field_visits.kernel.db import alone_at
from field_visits.kernel.errors import ConflictError
from field_visits.kernel.ids import AddressId
from field_visits.unit_of_work import UnitOfWork, Wake, Work
from routing.places.finding import Address as Words
from routing.places.finding import Finder, FoundPlace, PlacesError, Trouble

MAX_ATTEMPTS = 5
# So many in one sweep; where the provider allows no bulk, one.
MAX_A_SWEEP = 20
KEPT = timedelta(days=30)


class Stage(StrEnum):
    """How far a question is."""

    UNASKED = "unasked"
    WAITING = "waiting"
    FOUND = "found"
    NOTHING = "nothing"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class _Asked:
    address_id: AddressId
    words: Words


def ask(uow: UnitOfWork, address: Address) -> PlaceSearch:
    """A geocoder will be asked where this door is; the answer to the same words is remembered for 30 days.

    Raises:
        ConflictError: The organisation did not say that addresses may be told to a geocoder, or this one has no
            words any more.
    """
    if not uow.session.get_one(Organisation, uow.actor.organisation).may_geocode:
        raise ConflictError(
            "No address may be told to a geocoder until an administrator says so in the organisation's settings."
            " Pin the door by hand."
        )
    words = _words_of(address)
    if words is None:
        raise ConflictError("This address was erased; there is nothing left to look up.")
    about = _hash(words)
    found = uow.session.get(PlaceSearch, address.id, with_for_update=True)
    if found is not None and found.asked_about == about and found.stage != Stage.FAILED:
        return found
    if found is not None:
        uow.session.delete(found)
        uow.session.flush()
    search = _new(uow, address.id, Stage.WAITING, about)
    search.asked_at = uow.now
    uow.session.add(search)
    uow.session.flush()
    uow.wake(Wake.PLACES)
    return search


def get_search(uow: UnitOfWork, address_id: AddressId) -> PlaceSearch:
    """What came of the question; one that is unasked if nobody put it, or that was long ago."""
    return uow.session.get(PlaceSearch, address_id) or _new(uow, address_id, Stage.UNASKED, "")


def search_waiting(work: Work, finder: Finder | None) -> int:
    """What waits was asked, in the order of asking; returns how many questions were put.

    Without a geocoder, or where the organisation took its word back, what waits ends as failed.
    """
    with work() as uow:
        # Held while the provider is asked: the pace is the organisation's, however many processes there are.
        alone = alone_at(uow.session, uuid5(NAMESPACE_OID, f"places of {uow.actor.organisation}"))
    with alone as is_alone:
        return _search_waiting(work, finder) if is_alone else 0


def _search_waiting(work: Work, finder: Finder | None) -> int:
    with work() as uow:
        organisation = uow.session.get_one(Organisation, uow.actor.organisation)
        if finder is None or not organisation.may_geocode:
            _end_all(uow, "not-allowed" if finder else "no-geocoder")
            return 0
        asked = _waiting(uow, MAX_A_SWEEP if finder.policy.allows_bulk else 1)
    for one in asked:
        with work() as uow:
            if not _still_waits(uow, one):
                continue
        values = _answer(finder, one.words)
        with work() as uow:
            if _still_waits(uow, one):
                _keep(uow, one.address_id, values)
    return len(asked)


def forget_old(uow: UnitOfWork) -> int:
    """Answers of more than 30 days are gone; returns how many."""
    before = uow.now - KEPT
    gone = delete(PlaceSearch).where(PlaceSearch.asked_at < before).returning(PlaceSearch.address_id)
    return len(uow.session.scalars(gone).all())


def _waiting(uow: UnitOfWork, most: int) -> list[_Asked]:
    rows = uow.session.execute(
        select(PlaceSearch, Address)
        .join(Address, Address.id == PlaceSearch.address_id)
        .where(PlaceSearch.stage == Stage.WAITING.value)
        .order_by(PlaceSearch.attempts, PlaceSearch.asked_at, PlaceSearch.address_id)
        .limit(most)
    )
    return [
        _Asked(search.address_id, words)
        for search, address in rows
        if (words := _words_of(address)) is not None
    ]


def _still_waits(uow: UnitOfWork, one: _Asked) -> bool:
    """Whether these words are still the door's, are still to be asked about, and may be told to somebody."""
    search = uow.session.get(PlaceSearch, one.address_id, with_for_update=True)
    return (
        search is not None
        and search.stage == Stage.WAITING.value
        and _words_of(uow.session.get_one(Address, one.address_id)) == one.words
        and uow.session.get_one(Organisation, uow.actor.organisation).may_geocode
    )


def _answer(finder: Finder, words: Words) -> dict[str, Any]:
    """The columns that the provider's answer sets."""
    try:
        found = finder.find(words)
    except PlacesError as error:
        is_final = error.trouble in (Trouble.DENIED, Trouble.NONSENSE)
        return {
            "provider": finder.name,
            "failure": error.trouble.value,
            "stage": (Stage.FAILED if is_final else Stage.WAITING).value,
        }
    told = {"provider": finder.name, "failure": None}
    return told | ({"stage": Stage.NOTHING.value} if found is None else _columns(found))


def _columns(found: FoundPlace) -> dict[str, Any]:
    return {
        "stage": Stage.FOUND.value,
        "lat": found.lat,
        "lon": found.lon,
        "crs": found.datum.value,
        "confidence_percent": round(found.confidence * 100),
        "label": found.label,
    }


def _new(uow: UnitOfWork, address_id: AddressId, stage: Stage, about: str) -> PlaceSearch:
    return PlaceSearch(
        address_id=address_id,
        org_id=uow.actor.organisation,
        stage=stage.value,
        asked_about=about,
        asked_at=None,
        attempts=0,
        provider=None,
        lat=None,
        lon=None,
        crs=None,
        confidence_percent=None,
        label=None,
        failure=None,
    )


def _keep(uow: UnitOfWork, address_id: AddressId, values: dict[str, Any]) -> None:
    counted = PlaceSearch.attempts + 1
    told = update(PlaceSearch).where(PlaceSearch.address_id == address_id)
    uow.session.execute(told.values(attempts=counted, **values))
    spent = told.where(PlaceSearch.stage == Stage.WAITING.value, PlaceSearch.attempts >= MAX_ATTEMPTS)
    uow.session.execute(spent.values(stage=Stage.FAILED.value))


def _end_all(uow: UnitOfWork, failure: str) -> None:
    uow.session.execute(
        update(PlaceSearch)
        .where(PlaceSearch.stage == Stage.WAITING.value)
        .values(stage=Stage.FAILED.value, failure=failure)
    )


def _words_of(address: Address) -> Words | None:
    if not address.street:
        return None
    line = " ".join(part for part in (address.street, address.house_number) if part)
    return Words(line, address.city or "", address.country, address.postcode)


def _hash(words: Words) -> str:
    return hashlib.sha256(words.in_one_line.encode()).hexdigest()
