"""What a day of visits is, in integers: seconds since the plan's epoch, and metres.

Problem and plan are plain frozen values that any solver, person or test can make. Nothing here solves,
measures or judges: distances live in `distance`, the judge in `check`. Ids are the caller's own strings.

Every window says when a service may *start*, both ends included: this is how solvers and public
benchmarks read a window. Where the whole visit must lie inside an interval (lawful hours, a half-open
booking), `start_windows` turns the one into the other.
"""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

Window = tuple[int, int]

#: No instant of a problem lies further from its epoch: about four months. It keeps every sum of times
#: inside the 32-bit and 64-bit arithmetic of the engines.
MAX_INSTANT_S = 10_000_000
MAX_PRIORITY = 100
_MAX_LAT = 90
_MAX_LON = 180
#: The price of leaving out a visit, per step of priority: one step is worth a quarter of an hour of travel.
SECONDS_PER_PRIORITY = 900


class ProblemError(ValueError):
    """The problem contradicts itself; the message names the part and what to change."""


@dataclass(frozen=True, slots=True)
class Place:
    """Latitude and longitude in WGS-84 degrees. Other datums are converted before they come here.

    `name` tells places apart that a matrix knows by name alone; nobody then asks for their coordinates.
    """

    lat: float
    lon: float
    name: str = ""

    def __post_init__(self) -> None:
        if not (abs(self.lat) <= _MAX_LAT and abs(self.lon) <= _MAX_LON):
            raise ProblemError(
                f"({self.lat}, {self.lon}) is no place: latitude lies within ±90° and longitude within ±180°."
            )


@dataclass(frozen=True, slots=True)
class Leg:
    """One trip from one place to another. `estimated` says that the source fell back to an estimate."""

    travel_s: int
    travel_m: int
    estimated: bool = False


Trip = tuple[Place, Place]


@dataclass(frozen=True, slots=True)
class TravelMatrix:
    """All trips among some places, row = from, and who says so.

    `estimated` holds the pairs (from, to) that the source could not answer and that were filled by an
    estimate: in road data cut at a border this is normal, and the planner must be able to see it.
    """

    places: tuple[Place, ...]
    seconds: tuple[tuple[int, ...], ...]
    metres: tuple[tuple[int, ...], ...]
    source: str
    estimated: frozenset[tuple[int, int]] = frozenset()
    _index: Mapping[Place, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        size = len(self.places)
        index = {place: number for number, place in enumerate(self.places)}
        if len(index) != size:
            raise ProblemError("A travel matrix names each place once; remove the repeated place.")
        for name, rows in (("seconds", self.seconds), ("metres", self.metres)):
            if len(rows) != size or any(len(row) != size for row in rows):
                raise ProblemError(f"The {name} of {size} places must be {size} rows of {size} figures.")
            if size and (min(map(min, rows)) < 0 or max(map(max, rows)) > MAX_INSTANT_S):
                raise ProblemError(f"The {name} of a trip lie within 0 and {MAX_INSTANT_S}.")
        object.__setattr__(self, "_index", index)

    def __contains__(self, place: Place) -> bool:
        return place in self._index

    def index(self, place: Place) -> int:
        """Give the row of a place.

        Raises:
            ProblemError: the matrix does not know the place; build it over all places of the problem.
        """
        try:
            return self._index[place]
        except KeyError:
            raise ProblemError(
                f"The travel matrix does not know ({place.lat}, {place.lon}); build it over all places."
            ) from None

    def leg(self, start: Place, end: Place) -> Leg:
        row, column = self.index(start), self.index(end)
        return Leg(self.seconds[row][column], self.metres[row][column], (row, column) in self.estimated)

    def legs(self, trips: Sequence[Trip]) -> list[Leg]:
        return [self.leg(start, end) for start, end in trips]


@dataclass(frozen=True, slots=True)
class Rush:
    """From `from_s` until before `to_s`, trips take what this matrix says.

    A trip that is under way at the change has done a share of its way and needs the rest at the new pace, so
    that whoever sets out later never arrives earlier.
    """

    from_s: int
    to_s: int
    travel: TravelMatrix

    def __post_init__(self) -> None:
        if not 0 <= self.from_s < self.to_s <= MAX_INSTANT_S:
            raise ProblemError(
                f"A rush lasts from 0 or later until at most {MAX_INSTANT_S}, at least a second."
            )


def union(windows: Iterable[Window]) -> tuple[Window, ...]:
    """Sort windows and join those that overlap or touch; what `Stop` and `Break` want."""
    joined: list[Window] = []
    for start, end in sorted(windows):
        if joined and start <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return tuple(joined)


def start_windows(intervals: Iterable[Window], service_s: int) -> tuple[Window, ...]:
    """Turn intervals that must hold the whole visit into windows for its start.

    An interval shorter than the service vanishes: no lawful start lies in it.
    """
    return union((start, end - service_s) for start, end in intervals if end - start >= service_s)


def _require_windows(owner: str, windows: Sequence[Window]) -> None:
    previous = -1
    for start, end in windows:
        if not 0 <= start <= end <= MAX_INSTANT_S:
            raise ProblemError(
                f"{owner}: the window {start}..{end} must lie within 0 and {MAX_INSTANT_S} and not end before it starts."
            )
        if start <= previous:
            raise ProblemError(f"{owner}: windows must be sorted and apart; pass them through `union` first.")
        previous = end


@dataclass(frozen=True, slots=True)
class Promise:
    """What somebody was told, and the price of telling them otherwise, in seconds of travel.

    A visit that starts in `window` (both ends included) keeps its hour, one of `vehicle` its crew. The
    prices add up. A promise is never a bar: where it must be broken, the plan breaks it and says so.
    """

    vehicle: str
    window: Window
    vehicle_price_s: int = 0
    hour_price_s: int = 0

    def __post_init__(self) -> None:
        _require_windows(f"The promise of {self.vehicle}", (self.window,))
        for price in (self.vehicle_price_s, self.hour_price_s):
            if not 0 <= price <= MAX_INSTANT_S:
                raise ProblemError(f"The price of a broken promise must lie within 0 and {MAX_INSTANT_S} s.")


@dataclass(frozen=True, slots=True)
class Stop:
    """One visit to make.

    `windows` may be empty: then no hour of the plan is possible, and the stop is left out with that reason.
    `priority` prices leaving it out (`SECONDS_PER_PRIORITY` seconds of travel a step). `skills` must all
    be had by the vehicle. `pinned_vehicle` alone may do it; `never_vehicles` must not. A vehicle with zones
    of its own makes it only if `zone` is one of them, or None. `load` is what it takes of the vehicle's
    `max_load`.
    """

    id: str
    place: Place
    windows: tuple[Window, ...]
    service_s: int
    priority: int = 10
    skills: frozenset[str] = frozenset()
    pinned_vehicle: str | None = None
    never_vehicles: frozenset[str] = frozenset()
    zone: str | None = None
    load: int = 0
    promise: Promise | None = None

    def __post_init__(self) -> None:
        _require_windows(f"Stop {self.id}", self.windows)
        if not 0 <= self.service_s <= MAX_INSTANT_S:
            raise ProblemError(f"Stop {self.id}: the service time must lie within 0 and {MAX_INSTANT_S} s.")
        if not 1 <= self.priority <= MAX_PRIORITY:
            raise ProblemError(f"Stop {self.id}: the priority must lie within 1 and {MAX_PRIORITY}.")
        if not 0 <= self.load <= MAX_INSTANT_S:
            raise ProblemError(f"Stop {self.id}: the load must lie within 0 and {MAX_INSTANT_S}.")

    @property
    def price_s(self) -> int:
        """What leaving this stop out costs, in seconds of travel."""
        return self.priority * SECONDS_PER_PRIORITY


@dataclass(frozen=True, slots=True)
class Break:
    """A pause that a shift must hold: it may start in `windows` and lasts `length_s` in one piece."""

    id: str
    windows: tuple[Window, ...]
    length_s: int

    def __post_init__(self) -> None:
        _require_windows(f"Break {self.id}", self.windows)
        if not self.windows:
            raise ProblemError(f"Break {self.id}: give at least one window for its start.")
        if not 0 < self.length_s <= MAX_INSTANT_S:
            raise ProblemError(f"Break {self.id}: the length must be positive.")


@dataclass(frozen=True, slots=True)
class Vehicle:
    """A crew on its shift: one or two collectors with the union of their skills.

    `start` or `end` None is open: the day begins at the first visit, or ends at the last. The way from
    `start` and back to `end` lies inside the shift. `breaks` are taken in the order given, at a place
    (before leaving, while waiting, at home), never on the road and never inside a visit; a crew without
    visits owes none. `max_duration_s` bounds departure to return, with travel, service, waiting and
    breaks; `max_travel_s` the sum of the trips; `max_load` the sum of what the visits load. `zones`, where
    any are given, are the only ones it works in.
    """

    id: str
    start: Place | None
    end: Place | None
    shift_from_s: int
    shift_to_s: int
    breaks: tuple[Break, ...] = ()
    skills: frozenset[str] = frozenset()
    max_visits: int | None = None
    max_duration_s: int | None = None
    max_travel_s: int | None = None
    max_load: int | None = None
    zones: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if not 0 <= self.shift_from_s <= self.shift_to_s <= MAX_INSTANT_S:
            raise ProblemError(
                f"Vehicle {self.id}: the shift must lie within 0 and {MAX_INSTANT_S} and not end before it starts."
            )
        if len({pause.id for pause in self.breaks}) != len(self.breaks):
            raise ProblemError(f"Vehicle {self.id}: two breaks have the same id.")
        for name, limit in (
            ("max_visits", self.max_visits),
            ("max_duration_s", self.max_duration_s),
            ("max_travel_s", self.max_travel_s),
            ("max_load", self.max_load),
        ):
            if limit is not None and limit < 0:
                raise ProblemError(f"Vehicle {self.id}: {name} must not be negative.")


@dataclass(frozen=True, slots=True)
class Visit:
    """One stop in a route: arrival, service, and when the crew sets out again.

    `travel_s` and `travel_m` are of the trip that leads here.
    """

    stop: str
    arrive_s: int
    start_s: int
    end_s: int
    leave_s: int
    travel_s: int
    travel_m: int


@dataclass(frozen=True, slots=True)
class BreakTaken:
    id: str
    start_s: int
    end_s: int


@dataclass(frozen=True, slots=True)
class Locked:
    """What has already happened, or is under way, and is no longer a choice.

    Its visits come first in the vehicle's route, as they are: facts are not judged by windows, skills or
    travel times. The last `leave_s` is the first instant at which the crew may set out for anything else
    (the present, if it has been waiting since).
    """

    vehicle: str
    depart_s: int
    visits: tuple[Visit, ...]
    breaks: tuple[BreakTaken, ...] = ()

    def __post_init__(self) -> None:
        if not self.visits:
            raise ProblemError(f"The locked prefix of {self.vehicle} is empty; leave it away instead.")
        clock = self.depart_s
        for visit in self.visits:
            if not clock <= visit.arrive_s <= visit.start_s <= visit.end_s <= visit.leave_s <= MAX_INSTANT_S:
                raise ProblemError(f"The locked visit {visit.stop} of {self.vehicle} runs backwards in time.")
            clock = visit.leave_s


class Objective(StrEnum):
    """What the best plan is: one whose day costs least, or (as in public benchmarks) the shortest of all visits."""

    DAY = "day"
    TRAVEL = "travel"


@dataclass(frozen=True, slots=True)
class Fairness:
    """How much an even day is worth: the price of a crew that deviates from the mean, by the square.

    A crew that works an hour more or less than the mean of all crews costs `hour_price_s` seconds of
    travel, two hours four times that; so does one visit more or less, at `visit_price_s`. Working time is
    departure to return.
    """

    hour_price_s: int = 0
    visit_price_s: int = 0

    def __post_init__(self) -> None:
        if not (0 <= self.hour_price_s <= MAX_INSTANT_S and 0 <= self.visit_price_s <= MAX_INSTANT_S):
            raise ProblemError(f"A price of fairness must lie within 0 and {MAX_INSTANT_S} s.")


@dataclass(frozen=True, slots=True)
class Problem:
    """A day to plan. Making one proves that its parts fit together.

    Where no `rush` holds, trips take what `travel` says.

    Raises:
        ProblemError: two parts share an id, a locked visit names nothing, or a matrix lacks a place.
    """

    stops: tuple[Stop, ...]
    vehicles: tuple[Vehicle, ...]
    travel: TravelMatrix
    locked: tuple[Locked, ...] = ()
    rush: tuple[Rush, ...] = ()
    fairness: Fairness = Fairness()
    objective: Objective = Objective.DAY

    def price_s(self, stop: Stop) -> int:
        """What leaving a stop out costs; where travel alone counts, more than any way to make it."""
        return stop.price_s if self.objective is Objective.DAY else MAX_INSTANT_S

    def __post_init__(self) -> None:
        self._require_rush()
        stops = {stop.id for stop in self.stops}
        vehicles = {vehicle.id: vehicle for vehicle in self.vehicles}
        if len(stops) != len(self.stops):
            raise ProblemError("Two stops have the same id.")
        if len(vehicles) != len(self.vehicles):
            raise ProblemError("Two vehicles have the same id.")
        for place in places_of(self.stops, self.vehicles):
            self.travel.index(place)
        if len({prefix.vehicle for prefix in self.locked}) != len(self.locked):
            raise ProblemError("A vehicle has two locked prefixes; join them.")
        for prefix in self.locked:
            if prefix.vehicle not in vehicles:
                raise ProblemError(f"The locked prefix names no vehicle of the problem: {prefix.vehicle}.")
            pauses = [pause.id for pause in vehicles[prefix.vehicle].breaks]
            if [taken.id for taken in prefix.breaks] != pauses[: len(prefix.breaks)]:
                raise ProblemError(f"The locked breaks of {prefix.vehicle} are not the first of its breaks.")
        locked = [visit.stop for prefix in self.locked for visit in prefix.visits]
        if len(set(locked)) != len(locked):
            raise ProblemError("A stop is locked twice; a visit happens once.")
        if not stops.issuperset(locked):
            raise ProblemError("A locked visit names no stop of the problem; keep its stop in `stops`.")

    def _require_rush(self) -> None:
        if any(rush.travel.places != self.travel.places for rush in self.rush):
            raise ProblemError("The matrix of a rush must have the places of `travel`, in the same order.")
        if any(after.from_s < before.to_s for before, after in itertools.pairwise(self.rush)):
            raise ProblemError("Rushes must be sorted and apart.")


def places_of(stops: Iterable[Stop], vehicles: Iterable[Vehicle]) -> tuple[Place, ...]:
    """List each place of a problem once, in a stable order: what a travel matrix is built over."""
    places: dict[Place, None] = {stop.place: None for stop in stops}
    for vehicle in vehicles:
        places.update({place: None for place in (vehicle.start, vehicle.end) if place is not None})
    return tuple(places)


@dataclass(frozen=True, slots=True)
class Route:
    """The day of one vehicle. `return_s` is the arrival at its end place, or the last leaving if that is open."""

    vehicle: str
    depart_s: int
    visits: tuple[Visit, ...]
    breaks: tuple[BreakTaken, ...]
    return_s: int
    return_travel_s: int
    return_travel_m: int

    @property
    def travel_s(self) -> int:
        return sum(visit.travel_s for visit in self.visits) + self.return_travel_s

    @property
    def travel_m(self) -> int:
        return sum(visit.travel_m for visit in self.visits) + self.return_travel_m


class DropReason(StrEnum):
    """Why a stop stands in nobody's way: from «nobody could ever» to «it would fit, but costs too much»."""

    NO_VEHICLE = "no-vehicle"
    NO_WINDOW = "no-window"
    PINNED_ABSENT = "pinned-vehicle-absent"
    PINNED_ELSEWHERE = "pinned-to-another-vehicle"
    NEVER_THIS_VEHICLE = "never-this-vehicle"
    OTHER_ZONE = "outside-its-zones"
    NO_SKILL = "no-vehicle-has-the-skill"
    WINDOWS_MISS_SHIFTS = "windows-miss-shifts"
    TOO_FAR = "too-far-inside-the-window"
    LIMITS = "breaks-or-limits"
    TRAVEL_LIMIT = "travel-limit"
    LOAD = "load"
    BREAK = "break"
    WORKING_TIME = "working-time"
    NO_ROOM = "no-room-left"
    NOT_WORTH_ITS_TRAVEL = "not-worth-its-travel"


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What stood between one stop and one vehicle."""

    vehicle: str
    reason: DropReason
    sentence: str


@dataclass(frozen=True, slots=True)
class Dropped:
    """A stop that the plan leaves out: the reason nearest to fitting, and what each vehicle lacked."""

    stop: str
    reason: DropReason
    sentence: str
    tried: tuple[Obstacle, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """Who visits whom and when, and who is left out and why.

    `travel_source` says where the times come from, `made_by` which engines proposed it, `notes` what a
    planner ought to know (an engine failed, pairs were estimated, time ran out).
    """

    routes: tuple[Route, ...]
    dropped: tuple[Dropped, ...]
    travel_source: str
    made_by: str
    notes: tuple[str, ...] = ()
