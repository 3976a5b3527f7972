"""Verbs on a visit, one module a kind of telling.

`departing` has the only intent, which may be refused, and how a visit begins without one. `arriving`, `witnessing` (photos, persons, notes) and
`finishing` (outcome, abort) tell what already happened at a door: they apply from every state.
"""

from field_visits.visits.service.arriving import arrive
from field_visits.visits.service.departing import begin_untold, depart
from field_visits.visits.service.finishing import PromiseMade, abort, finish
from field_visits.visits.service.witnessing import Photographed, meet, note, photograph

__all__ = [
    "Photographed",
    "PromiseMade",
    "abort",
    "arrive",
    "begin_untold",
    "depart",
    "finish",
    "meet",
    "note",
    "photograph",
]
