"""Verbs on a visit, one module a kind of telling.

`departing` is the only intent: it may be refused. `arriving`, `witnessing` (photos, persons, notes) and
`finishing` (outcome, abort) tell what already happened at a door: they apply from every state.
"""

from field_visits.visits.service.arriving import arrive
from field_visits.visits.service.departing import depart
from field_visits.visits.service.finishing import PromiseMade, abort, finish
from field_visits.visits.service.witnessing import Photographed, meet, note, photograph

__all__ = [
    "Photographed",
    "PromiseMade",
    "abort",
    "arrive",
    "depart",
    "finish",
    "meet",
    "note",
    "photograph",
]
