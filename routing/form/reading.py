"""Reading a problem and a plan in the form of docs/planning-format.md."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from routing.distance import VectorTravel
from routing.form import PLAN_FORM, PROBLEM_FORM
from routing.form.matrices import read_matrices, read_pace
from routing.form.nodes import FormError, Node
from routing.model import (
    MAX_INSTANT_S,
    MAX_PRIORITY,
    Break,
    BreakTaken,
    Dropped,
    DropReason,
    Fairness,
    Locked,
    Objective,
    Obstacle,
    Place,
    Plan,
    Problem,
    ProblemError,
    Promise,
    Route,
    Stop,
    Vehicle,
    Visit,
    Window,
    places_of,
)

_MANY = 1_000_000
_MUCH = 2**53
_Part = TypeVar("_Part")


def read_problem(document: Any) -> Problem:
    """Read a problem.

    Raises:
        FormError: the document is not of the form, or contradicts itself; its pointer says where.
    """
    root = Node(document).fields(
        {"form", "objective", "places", "travel", "stops", "vehicles", "locked", "fairness"},
        ("form", "places", "travel", "stops", "vehicles"),
    )
    root["form"].choice((PROBLEM_FORM,))
    asked = root["travel"].value
    is_explicit = isinstance(asked, dict) and "seconds" in asked
    places = _places(root["places"], is_named=is_explicit, needs_position="estimate" in (asked or ()))
    stops = tuple(_stop(node, places) for node in root.items("stops"))
    vehicles = tuple(_vehicle(node, places) for node in root.items("vehicles"))
    if is_explicit:
        travel, rush = _made(root["travel"], lambda: read_matrices(root["travel"], tuple(places.values())))
    else:
        pace = read_pace(root["travel"].fields(("estimate",), ("estimate",))["estimate"])
        travel, rush = VectorTravel(pace).matrix(places_of(stops, vehicles)), ()
    objective = (
        Objective(root["objective"].choice(tuple(Objective))) if "objective" in root else Objective.DAY
    )
    fairness = _fairness(root["fairness"]) if "fairness" in root else Fairness()
    locked = tuple(_locked(node) for node in root.items("locked"))
    return _made(root.node, lambda: Problem(stops, vehicles, travel, locked, rush, fairness, objective))


def read_plan(document: Any) -> Plan:
    """Read a plan, whoever wrote it. Whether it keeps the rules of its problem is for `check` to say.

    Raises:
        FormError: the document is not of the form.
    """
    root = Node(document).fields(
        {"form", "cost", "routes", "dropped", "travel_source", "made_by", "notes"},
        ("form", "routes", "dropped"),
    )
    root["form"].choice((PLAN_FORM,))
    return Plan(
        tuple(_route(node) for node in root.items("routes")),
        tuple(_dropped(node) for node in root.items("dropped")),
        root.text("travel_source") or "unknown",
        root.text("made_by") or "unknown",
        tuple(note.text() for note in root.items("notes")),
    )


def _made(node: Node, make: Callable[[], _Part]) -> _Part:
    try:
        return make()
    except ProblemError as error:
        raise FormError(node.pointer, str(error)) from error


def _places(node: Node, *, is_named: bool, needs_position: bool) -> dict[str, Place]:
    places: dict[str, Place] = {}
    for one in node.items():
        fields = one.fields(("id", "lat", "lon"), ("id", "lat", "lon") if needs_position else ("id",))
        name = fields["id"].text()
        if name in places:
            fields["id"].refuse("another place has this id; give each its own.")
        has_position = "lat" in fields or "lon" in fields
        lat = fields["lat"].figure(-90, 90) if has_position else 0.0
        lon = fields["lon"].figure(-180, 180) if has_position else 0.0
        # A matrix knows its rows by name, also two at one position; an estimate knows positions alone.
        places[name] = Place(lat, lon, name if is_named else "")
    return places


def _place(node: Node, places: Mapping[str, Place]) -> Place:
    name = node.text()
    if name not in places:
        node.refuse(f"no place has the id {name}; add it to /places.")
    return places[name]


def _windows(node: Node) -> tuple[Window, ...]:
    return tuple(one.pair(0, MAX_INSTANT_S) for one in node.items())


def _stop(node: Node, places: Mapping[str, Place]) -> Stop:
    fields = node.fields(
        {
            *("id", "place", "windows", "service_s", "priority", "skills", "pinned_vehicle"),
            *("never_vehicles", "zone", "load", "promise"),
        },
        ("id", "place", "windows", "service_s"),
    )
    return _made(
        node,
        lambda: Stop(
            fields["id"].text(),
            _place(fields["place"], places),
            _windows(fields["windows"]),
            fields["service_s"].whole(0, MAX_INSTANT_S),
            fields.whole("priority", 1, MAX_PRIORITY, 10),
            fields.texts("skills"),
            fields.text("pinned_vehicle"),
            fields.texts("never_vehicles"),
            fields.text("zone"),
            fields.whole("load", 0, MAX_INSTANT_S, 0),
            _promise(fields["promise"]) if "promise" in fields else None,
        ),
    )


def _promise(node: Node) -> Promise:
    fields = node.fields(("vehicle", "window", "vehicle_price_s", "hour_price_s"), ("vehicle", "window"))
    return _made(
        node,
        lambda: Promise(
            fields["vehicle"].text(),
            fields["window"].pair(0, MAX_INSTANT_S),
            fields.whole("vehicle_price_s", 0, MAX_INSTANT_S, 0),
            fields.whole("hour_price_s", 0, MAX_INSTANT_S, 0),
        ),
    )


def _vehicle(node: Node, places: Mapping[str, Place]) -> Vehicle:
    fields = node.fields(
        {
            *("id", "start", "end", "shift", "breaks", "skills", "zones"),
            *("max_visits", "max_duration_s", "max_travel_s", "max_load"),
        },
        ("id", "shift"),
    )
    return _made(
        node,
        lambda: Vehicle(
            fields["id"].text(),
            _place(fields["start"], places) if "start" in fields else None,
            _place(fields["end"], places) if "end" in fields else None,
            *fields["shift"].pair(0, MAX_INSTANT_S),
            tuple(_break(one) for one in fields.items("breaks")),
            fields.texts("skills"),
            fields.limit("max_visits", _MANY),
            fields.limit("max_duration_s", MAX_INSTANT_S),
            fields.limit("max_travel_s", MAX_INSTANT_S),
            fields.limit("max_load", _MUCH),
            fields.texts("zones"),
        ),
    )


def _break(node: Node) -> Break:
    fields = node.fields(("id", "windows", "length_s"), ("id", "windows", "length_s"))
    return _made(
        node,
        lambda: Break(
            fields["id"].text(), _windows(fields["windows"]), fields["length_s"].whole(1, MAX_INSTANT_S)
        ),
    )


def _fairness(node: Node) -> Fairness:
    fields = node.fields(("hour_price_s", "visit_price_s"), ())
    return Fairness(
        fields.whole("hour_price_s", 0, MAX_INSTANT_S, 0), fields.whole("visit_price_s", 0, MAX_INSTANT_S, 0)
    )


def _locked(node: Node) -> Locked:
    fields = node.fields(("vehicle", "depart_s", "visits", "breaks"), ("vehicle", "depart_s", "visits"))
    return _made(
        node,
        lambda: Locked(
            fields["vehicle"].text(),
            fields["depart_s"].whole(0, MAX_INSTANT_S),
            tuple(_visit(one) for one in fields.items("visits")),
            tuple(_taken(one) for one in fields.items("breaks")),
        ),
    )


def _visit(node: Node) -> Visit:
    instants = ("arrive_s", "start_s", "end_s", "leave_s", "travel_s", "travel_m")
    fields = node.fields(("stop", *instants), ("stop", *instants))
    return Visit(fields["stop"].text(), *(fields[name].whole(0, MAX_INSTANT_S) for name in instants))


def _taken(node: Node) -> BreakTaken:
    fields = node.fields(("id", "start_s", "end_s"), ("id", "start_s", "end_s"))
    return BreakTaken(
        fields["id"].text(), *(fields[name].whole(0, MAX_INSTANT_S) for name in ("start_s", "end_s"))
    )


def _route(node: Node) -> Route:
    known = ("vehicle", "depart_s", "visits", "breaks", "return_s", "return_travel_s", "return_travel_m")
    fields = node.fields(known, known)
    return Route(
        fields["vehicle"].text(),
        fields["depart_s"].whole(0, MAX_INSTANT_S),
        tuple(_visit(one) for one in fields["visits"].items()),
        tuple(_taken(one) for one in fields["breaks"].items()),
        *(fields[name].whole(0, _MUCH) for name in known[4:]),
    )


def _dropped(node: Node) -> Dropped:
    fields = node.fields(("stop", "reason", "sentence", "tried"), ("stop", "reason", "sentence"))
    return Dropped(
        fields["stop"].text(),
        DropReason(fields["reason"].choice(tuple(DropReason))),
        fields["sentence"].text(),
        tuple(_obstacle(one) for one in fields.items("tried")),
    )


def _obstacle(node: Node) -> Obstacle:
    fields = node.fields(("vehicle", "reason", "sentence"), ("vehicle", "reason", "sentence"))
    return Obstacle(
        fields["vehicle"].text(),
        DropReason(fields["reason"].choice(tuple(DropReason))),
        fields["sentence"].text(),
    )
