"""One day of one organisation, told step by step: from a creditor's file to a bundle that checks itself.

Three people do it over HTTP: a dispatcher, a collector, a lawyer. The clock is stepped, so that the day is
lawful at any hour of the real one.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from typing import Any, Final
from uuid import UUID

from api.walkthrough.client import Person, Upload, WalkthroughError, send
from api.walkthrough.evidence import Verdict, flip_a_byte, verify
from api.walkthrough.ground import Cast, Land, found, land_of, plan_shifts
from api.walkthrough.outcome import Telling, WalkthroughResult
from api.walkthrough.props import photo, signature
from api.walkthrough.server import OwnServer, own_server
from field_visits.cases.generated import prepare
from field_visits.cases.judging import Rules
from field_visits.identity.queries import get_organisation
from field_visits.identity.rule_settings import set_rule
from field_visits.kernel.actor import system_actor
from field_visits.kernel.ids import OrganisationId
from field_visits.unit_of_work import Refused

DAY: Final = date(2026, 11, 25)  # a Wednesday
TEAM: Final = "Walkthrough"
_SEED: Final = 7
_SERVICE_MINUTES: Final = 30
_SHIFT: Final = {"shift": (9, 18), "rest": (12, 14)}
_WINDOWS: Final = ((10, 12), (12, 14), (14, 16), (16, 18))
_PAGE: Final = 200
# A month of housing, food, health and schooling, in minor units.
_ESSENTIAL: Final = 600_000
# Below it a collector may offer a plan without asking anybody, in minor units.
_MODEST: Final = 4_000_000


@dataclass(frozen=True, slots=True)
class Size:
    """How much of the file becomes appointments, and how many people go."""

    appointments: int
    collectors: int


SMALL: Final = Size(appointments=10, collectors=2)
LARGE: Final = Size(appointments=60, collectors=3)


def walk_through(
    addresses: bytes | None = None, *, port: int = 0, say: Callable[[str], object] = print
) -> WalkthroughResult:
    """The whole story; without `addresses` on the small file that comes with the product.

    Args:
        addresses: A CSV file with the columns id, street, housenumber, postcode, city, lat, lon.
        port: The loopback port of the story's own server, or 0 for a free one.
        say: Where each line is told.

    Raises:
        WalkthroughError: a step failed; the sentence says which and why.
        InvalidError: the address file cannot be read.
    """
    if addresses is None:
        file, size = files("api.walkthrough").joinpath("cases.csv").read_bytes(), SMALL
    else:
        file, size = prepare(addresses, seed=_SEED, team=TEAM), LARGE
    land = land_of(file)
    telling = Telling(WalkthroughResult(packs=list(land.packs)), say)
    with own_server(land.at(DAY, 8, 5), port=port) as server:
        _Day(server, land, size, telling).live(file)
    return telling.result


class _Day:
    """The day of the story."""

    def __init__(self, server: OwnServer, land: Land, size: Size, telling: Telling) -> None:
        self.server, self.land, self.size = server, land, size
        self.telling, self.result = telling, telling.result
        self.step, self.tell = telling.step, telling.tell
        self.cast: Cast
        self.appointments: list[Mapping[str, Any]] = []

    def live(self, file: bytes) -> None:
        """Every step, in order."""
        self.open_the_house()
        self.import_file(file)
        offers = self.offer_slots()
        self.refuse_a_booking(offers[0])
        self.book(offers)
        self.give_notice()
        self.plan()
        collector, stop = self.choose_a_visit()
        self.visit_the_door(collector, stop)
        self.agree(collector)
        self.finish(collector)
        self.look_from_the_office()
        bundle = self.take_to_court()
        self.check(bundle)

    # -- the office ------------------------------------------------------------------------------

    def open_the_house(self) -> None:
        with self.step("A house of its own opens"):
            self.cast = found(self.server, self.land, collectors=self.size.collectors, team=TEAM)
            plan_shifts(self.cast, self.land, DAY, _SHIFT)
            leads = self._shorten_notice()
            self.tell(f"{self.server.url}, {self.land.timezone}, rule packs {', '.join(self.land.packs)}")
            self.tell(f"The clock says {self._local(self.server.clock.now())}; it moves only when told")
            self.tell(f"Recorded settings: notice of one hour ({', '.join(leads)}: house defaults, no floor)")

    def _shorten_notice(self) -> list[str]:
        """House defaults of a day's notice become an hour, recorded, so that the story takes one day."""
        packs = [pack for pack in self.server.house.packs if pack.id in self.land.packs]
        # A pack may have several releases with the same rule.
        leads = sorted(
            {rule.id for pack in packs for rule in pack.rules if rule.kind == "notice" and not rule.floor}
        )
        me = self.cast.dispatcher.get("/v1/me")
        actor = system_actor(OrganisationId(UUID(me["organisation"])), "walkthrough")
        with self.server.house.work(actor) as uow:
            settings = [{"rule_id": rule, "figure": 1} for rule in leads]
            Rules(self.server.house.packs).book(self.land.packs, settings, DAY)
            for rule in leads:
                outcome = set_rule(
                    uow, get_organisation(uow), rule_id=rule, figure=1, note="The story takes one day."
                )
                if isinstance(outcome, Refused):
                    raise WalkthroughError(outcome.detail)
        return leads

    def import_file(self, file: bytes) -> None:
        with self.step("The dispatcher imports the creditor's file"):
            sent = self.cast.dispatcher.send_file("/v1/import-files", Upload("cases.csv", file, "text/csv"))
            tried = self._run(sent["id"], "check")
            self.tell(
                f"Check: {tried['rows']} rows, {tried['created']} new, {tried['error_count']} errors; nothing written"
            )
            report = self._run(sent["id"], "apply")
            self.result.rows, self.result.imported = report["rows"], report["created"]
            self.tell(f"Applied as a whole: {report['created']} cases with customers, doors and balances")

    def _run(self, file: str, task: str) -> Mapping[str, Any]:
        """The report of a run over the file, once it is done."""
        dispatcher = self.cast.dispatcher
        run: Mapping[str, Any] = dispatcher.post(f"/v1/import-files/{file}/runs", {"task": task})

        def look() -> str:
            nonlocal run
            run = dispatcher.get(f"/v1/import-runs/{run['id']}")
            return str(run["stage"])

        stage = self.server.until(look, lambda now: now not in {"waiting", "running"}, f"the file's {task}")
        if stage != "done":
            raise WalkthroughError(f"The {task} of the file {stage}: {run['failure']}")
        report: Mapping[str, Any] = run["report"]
        return report

    def offer_slots(self) -> list[Mapping[str, Any]]:
        """Free slots of every case, from the first hour that a notice can still reach."""
        offers: list[Mapping[str, Any]] = []
        with self.step("Slots are offered for every case"):
            query = {
                "from": self.land.at(DAY, 9, 30).isoformat(),
                "to": self.land.at(DAY, 18).isoformat(),
                "service_minutes": _SERVICE_MINUTES,
                "limit": _PAGE,
            }
            cursor = None
            while True:
                page = self.cast.dispatcher.get("/v1/slots", **query, cursor=cursor)
                offers += page["items"]
                cursor = page["next_cursor"]
                if cursor is None:
                    break
            free = [offer for offer in offers if offer["first"] is not None]
            self.result.offered = len(free)
            self.result.not_offered = [offer["reference"] for offer in offers if offer["first"] is None]
            self.tell(f"{len(free)} of {len(offers)} cases can be visited on {DAY:%A %-d %B}")
            for offer in free[:3]:
                first = offer["first"]
                self.tell(
                    f"  {offer['reference']}: from {self._clock(first['from'])} to {self._clock(first['to'])}"
                )
        if not free:
            raise WalkthroughError("No case of the file can be visited on the day of the story.")
        return free

    def refuse_a_booking(self, offer: Mapping[str, Any]) -> None:
        with self.step("A booking for the late evening is refused by law"):
            late = self._booking(offer, self.land.at(DAY, 21, 30), self.land.at(DAY, 22, 30))
            problem = self.cast.dispatcher.refused("/v1/appointments", late)
            decision = problem["decision"]
            reason = next(one for one in decision["reasons"] if one["verdict"] == "refuse")
            self.result.refusal_rule = reason["rule_id"]
            self.result.refusal_source = reason["source"]
            self.result.next_lawful_at = decision["next_lawful_at"] or ""
            self.tell(f"{reason['rule_id']}: {reason['detail']}")
            self.tell(f"Source: {reason['source']}")
            self.tell(f"Next lawful instant: {self._local(_instant(decision['next_lawful_at']))}")

    def book(self, offers: Sequence[Mapping[str, Any]]) -> None:
        with self.step("The dispatcher books lawful windows"):
            chosen = _spread(offers, self.size.appointments)
            for number, offer in enumerate(chosen):
                begin, end = _WINDOWS[number % len(_WINDOWS)]
                told = self._booking(offer, self.land.at(DAY, begin), self.land.at(DAY, end))
                self.appointments.append(self.cast.dispatcher.post("/v1/appointments", told))
            self.result.booked = len(self.appointments)
            self.tell(f"{len(self.appointments)} windows of two hours between 10:00 and 18:00")

    def give_notice(self) -> None:
        with self.step("The customers are told"):
            for one in self.appointments:
                told = self.cast.dispatcher.post(f"/v1/appointments/{one['id']}/notice")
                self.result.noticed += told["state"] == "noticed"
            self.tell(
                f"{self.result.noticed} notices wait in the outbox: who comes, when, why, and no word of debt"
            )

    def plan(self) -> None:
        with self.step("The day is planned and published"):
            run = self.cast.dispatcher.post("/v1/plans/runs", {"day": DAY.isoformat()})
            address = f"/v1/plans/runs/{run['id']}"
            self._until(
                lambda: self.cast.dispatcher.get(address)["stage"],
                lambda stage: stage not in {"waiting", "running"},
                "the day is planned",
            )
            draft_id = self.cast.dispatcher.get(address)["draft_id"]
            plan = self.cast.dispatcher.post("/v1/plans", {"draft_id": draft_id})
            visits = [visit for route in plan["routes"] for visit in route["visits"]]
            self.result.planned = len(visits)
            self.result.dropped = {one["appointment_id"]: one["sentence"] for one in plan["dropped"]}
            for route in plan["routes"]:
                way = f"{route['travel_m'] / 1000:.1f} km, {route['travel_s'] // 60} min on the way"
                self.tell(f"{route['crew']['name']}: {len(route['visits'])} visits, {way}")
            self.tell(f"{len(visits)} planned, {len(plan['dropped'])} left out; {plan['travel']['basis']}")
            for one in plan["dropped"][:2]:
                self.tell(f"  left out: {one['sentence']}")
        if not visits:
            raise WalkthroughError("The plan has no visit.")

    # -- the field -------------------------------------------------------------------------------

    def choose_a_visit(self) -> tuple[Person, Mapping[str, Any]]:
        """The first visit of the day, and who makes it."""
        with self.step("The collectors load their day"):
            days = [
                (person, person.get("/v1/me/day", day=DAY.isoformat())["visits"])
                for person in self.cast.collectors
            ]
            for person, visits in days:
                self.tell(f"{person.username}: {len(visits)} visits, with what is lawful when for three days")
            going = [(stop, person) for person, visits in days for stop in visits]
            going.sort(key=lambda one: str(one[0]["planned_from"]))
            stop, collector = next(one for one in going if self._owed(one[0]["case_id"]) < _MODEST)
            door = stop["address"]
            self.result.case_id = stop["case_id"]
            case = self.cast.dispatcher.get(f"/v1/cases/{stop['case_id']}")["case"]
            assigned = {"team_id": case["team_id"], "collector_id": collector.id}
            url = f"/v1/cases/{stop['case_id']}/assignment"
            self.cast.dispatcher.put(url, assigned, version=case["version"])
            self.result.case_reference = case["reference"]
            self.tell(
                f"We go along to {door['street']} {door['house_number']}, {self._clock(stop['planned_from'])}"
            )
        return collector, stop

    def visit_the_door(self, collector: Person, stop: Mapping[str, Any]) -> None:
        planned = _instant(stop["planned_from"])
        with self.step("The collector sets out, arrives and photographs"):
            self.server.clock.move_to(planned - timedelta(minutes=10))
            visit = collector.post("/v1/visits", {"appointment_id": stop["id"]})
            self.result.visit_id = visit["id"]
            self.tell(f"Departed {self._local(self.server.clock.now())}")
            self.server.clock.move_to(planned + timedelta(minutes=1))
            door, now = stop["address"], self.server.clock.now()
            fix = {
                "point": {"lat": round(door["lat"] + 0.00005, 6), "lon": door["lon"]},
                "accuracy_m": 8,
                "taken_at": now.isoformat(),
                "is_mock": False,
            }
            told = collector.post(f"/v1/visits/{visit['id']}/arrival", {"fix": fix})
            self.result.placement = told["visit"]["placement"]
            self.tell(
                f"Arrived: {told['visit']['placement']} the fence, {told['visit']['arrival_distance_m']:.0f} m "
                f"from the door, accuracy 8 m"
            )
            self._photograph(collector, visit["id"])

    def _photograph(self, collector: Person, visit: str) -> None:
        self.server.step(timedelta(minutes=1))
        picture = photo(self._local(self.server.clock.now()))
        sha256 = hashlib.sha256(picture).hexdigest()
        announced = {
            "sha256": sha256,
            "md5": hashlib.md5(picture, usedforsecurity=False).hexdigest(),
            "length": len(picture),
            "content_type": "image/jpeg",
        }
        expected = collector.post(f"/v1/visits/{visit}/photos", announced)
        ticket = expected["ticket"]
        uploaded = send(self._ticket_url(ticket["url"]), ticket["method"], picture, ticket["headers"])
        if uploaded.status != 200:  # noqa: PLR2004 - HTTP's word for success
            raise WalkthroughError(f"The upload got {uploaded.status}: {uploaded.body[:200]!r}.")
        state = self._until(
            lambda: collector.get(f"/v1/attachments/{expected['attachment']['id']}")["state"],
            lambda state: state == "verified",
            "the photo is read back and verified",
        )
        self.result.photo_sha256, self.result.photo_state = sha256, state
        self.tell(f"Photograph of {len(picture):,} bytes by ticket; read back by the server: {state}")

    def agree(self, collector: Person) -> None:
        with self.step("A plan that the customer can afford is agreed and signed"):
            self.server.step(timedelta(minutes=3))
            met = {"person_met": "self", "identity_proof": "document"}
            told = collector.post(f"/v1/visits/{self.result.visit_id}/persons", met)
            self.tell(
                f"Met the customer; identity by document; the debt may be named: {_yes(told['may_name_debt'])}"
            )
            currency = self.land.currency
            # What is left a month, after the fifth that stays with the customer, pays the debt in about five.
            left = self._owed(self.result.case_id) // 5 * 5 // 4
            draft = collector.post(
                f"/v1/cases/{self.result.case_id}/agreements",
                {
                    "affordability": {
                        "income_minor": _ESSENTIAL + left,
                        "essential_minor": _ESSENTIAL,
                        "currency": currency,
                    },
                    "is_willing": True,
                    "first_due_on": (DAY + timedelta(days=20)).isoformat(),
                    "method": "bank_transfer",
                    "pay_to": "Example Bank, account of the creditor",
                    "languages": ["zh", "en"] if self.land.country == "CN" else ["en"],
                    "visit_id": self.result.visit_id,
                },
            )
            self.result.agreement_id = draft["id"]
            self.server.step(timedelta(minutes=2))
            offered = collector.post(f"/v1/agreements/{draft['id']}/offer", {"channel": "visit"})
            language = "zh" if self.land.country == "CN" else "en"
            text = collector.get(f"/v1/agreements/{draft['id']}/text", language=language)
            self.server.step(timedelta(minutes=4))
            signed = collector.post(
                f"/v1/agreements/{draft['id']}/signature",
                {
                    "terms_hash": text["terms_hash"],
                    "language": language,
                    "strokes": signature(),
                    "visit_id": self.result.visit_id,
                },
            )
            rows = offered["instalments"]
            self.result.instalments = len(rows)
            total = sum(row["amount"]["amount_minor"] for row in rows)
            self.tell(
                f"{len(rows)} instalments, together {total / 100:,.2f} {currency}; the first on {rows[0]['due_on']}"
            )
            self.tell(f"Signed by hand on the terms {text['terms_hash'][:16]}…: {signed['state']}")
            self.result.agreement_state = self._until(
                lambda: collector.get(f"/v1/agreements/{draft['id']}")["state"],
                lambda state: state not in {"signed", "offered"},
                "the agreement is sealed",
            )
            self.tell(f"Sealed PDF; the agreement is {self.result.agreement_state}")

    def finish(self, collector: Person) -> None:
        with self.step("The collector tells what came of it"):
            self.server.step(timedelta(minutes=2))
            told = collector.post(
                f"/v1/visits/{self.result.visit_id}/outcome",
                {
                    "outcome": "PLAN_SIGNED",
                    "person_met": "self",
                    "identity_proof": "document",
                    "note": "Friendly talk; the customer has a copy of the plan.",
                    "agreement_id": self.result.agreement_id,
                },
            )
            self.tell(f"Outcome PLAN_SIGNED; the visit is {told['visit']['state']}")

    def look_from_the_office(self) -> None:
        with self.step("The dispatcher sees it"):
            visit = self.cast.dispatcher.get(f"/v1/visits/{self.result.visit_id}")
            self.result.visit_state_seen_by_dispatcher = visit["state"]
            proof = visit["proof"]
            self.tell(f"The visit is {visit['state']}, {visit['outcome']}; its proof is {proof['state']}")
            case = self.cast.dispatcher.get(f"/v1/cases/{self.result.case_id}")
            holds = [hold["kind"] for hold in case["contact_holds"] if hold["state"] == "active"]
            self.result.is_contact_stopped = "plan_running" in holds
            self.tell(f"Contact holds that bind now: {', '.join(holds) or 'none'}")

    # -- the court -------------------------------------------------------------------------------

    def take_to_court(self) -> bytes:
        legal = self.cast.legal
        with self.step("Legal finds the case, reads its story, exports the bundle"):
            self.server.clock.move_to(max(self.server.clock.now(), self.land.at(DAY, 17).astimezone(UTC)))
            found_cases = legal.get("/v1/cases/search", q=self.result.case_reference)["items"]
            if self.result.case_id not in {one["case"]["id"] for one in found_cases}:
                raise WalkthroughError(f"The search for {self.result.case_reference} does not find the case.")
            timeline = legal.get(f"/v1/cases/{self.result.case_id}/timeline")["items"]
            self.result.timeline_entries = len(timeline)
            self.tell(f"{self.result.case_reference}: {len(timeline)} entries in its story")
            export = legal.post(
                f"/v1/cases/{self.result.case_id}/exports", {"reason": "Claim before the court"}
            )
            self._until(
                lambda: str(legal.get(f"/v1/exports/{export['id']}")["state"]),
                lambda state: state == "built",
                "the bundle is built",
            )
            bundle = legal.fetch(f"/v1/exports/{export['id']}/bundle")
            self.result.bundle_bytes = len(bundle)
            self.tell(f"A bundle of {len(bundle):,} bytes")
        return bundle

    def check(self, bundle: bytes) -> None:
        with self.step("The bundle's own verifier, in a process with nothing installed"):
            known = self.cast.legal.get("/v1/log/keys")
            keys = tuple(one["key"] for one in (*known["log"], *known["seal"]))
            whole = verify(bundle, self.server.folder / "court", keys=keys)
            self.result.is_bundle_whole, self.result.whole_verdict = whole.is_whole, whole.text
            self.tell(whole.extent)
            self.tell(whole.headline)
        with self.step("One byte is flipped"):
            part, altered = flip_a_byte(bundle)
            self.result.flipped_part = part
            found_out: Verdict = verify(altered, self.server.folder / "court-altered", keys=keys)
            self.result.is_flip_found = found_out.is_altered and part.partition("/")[2] in found_out.text
            self.result.flip_verdict = found_out.text
            self.tell(f"In {part}: {found_out.headline}")
        if not self.result.is_bundle_whole:
            raise WalkthroughError(f"The verifier does not call the bundle whole: {whole.headline}")
        if not self.result.is_flip_found:
            raise WalkthroughError(f"The verifier does not name {part}: {found_out.headline}")

    # -- small change ----------------------------------------------------------------------------

    def _booking(self, offer: Mapping[str, Any], begin: datetime, end: datetime) -> dict[str, Any]:
        return {
            "case_id": offer["case_id"],
            "window_from": begin.isoformat(),
            "window_to": end.isoformat(),
            "purpose": "talk",
            "service_minutes": _SERVICE_MINUTES,
        }

    def _owed(self, case: str) -> int:
        total = self.cast.dispatcher.get(f"/v1/cases/{case}")["balances"][0]["total"]
        return int(total["amount_minor"])

    def _ticket_url(self, url: str) -> str:
        return url if url.startswith("http") else self.server.url + url

    def _until(self, look: Callable[[], str], is_done: Callable[[str], bool], what: str) -> str:
        """Wait until a sweep has done its part."""
        return self.server.until(look, is_done, what)

    def _local(self, at: datetime) -> str:
        return f"{at.astimezone(self.land.zone):%Y-%m-%d %H:%M}"

    def _clock(self, at: str) -> str:
        return f"{_instant(at).astimezone(self.land.zone):%H:%M}"


def _spread(offers: Sequence[Mapping[str, Any]], many: int) -> list[Mapping[str, Any]]:
    """`many` of the offers, evenly over the whole file."""
    if len(offers) <= many:
        return list(offers)
    return [offers[number * len(offers) // many] for number in range(many)]


def _instant(told: str) -> datetime:
    return datetime.fromisoformat(told)


def _yes(value: object) -> str:
    return "yes" if value else "no"
