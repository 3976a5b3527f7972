"""`decide`: may this be done? Pure and total: same facts, same book, same instant, same decision.

The rules of every pack that applies are asked, and the strictest wins. No calendar arithmetic of a single
kind lives here (see `kinds`); what lives here is the search for the next lawful instant, which is exact:
each constraint says the earliest start without *its own* objection, so that the largest of these is never
later than the answer, and where none moves any more it is the answer. No fixed steps.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from field_visits.compliance.facts import Channel, Facts, Window, instant
from field_visits.compliance.packs import RuleBook
from field_visits.compliance.rules import HORIZON_S, Constraint, Question, Rule, past_barren
from field_visits.compliance.spans import FOREVER, ceil_s, floor_s, from_s
from field_visits.compliance.zones import UnknownZoneError, Zone, load_zone
from field_visits.kernel.decision import Decision, Reason, Verdict

# Our own reasons, where the facts do not suffice to ask the law at all.
NO_ZONE = "DS-ZONE-1"
UNKNOWN_ZONE = "DS-ZONE-2"
NO_PACK = "DS-PACK-1"
_OWN_SOURCE = "Doorstep: what cannot be judged is not done"


@dataclass(frozen=True, slots=True)
class VerdictSpan:
    """For starts from `start` up to and without `end`: one verdict, and the rules behind it."""

    start: datetime
    end: datetime
    verdict: Verdict
    rules: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        """The form a phone receives: `{from, to, verdict, rules}`."""
        return {
            "from": self.start.isoformat().replace("+00:00", "Z"),
            "to": self.end.isoformat().replace("+00:00", "Z"),
            "verdict": self.verdict.value,
            "rules": list(self.rules),
        }


class _Hearing:
    """One set of facts before one book: the digested question, unusable facts, every constraint."""

    def __init__(self, facts: Facts, packs: RuleBook, now: datetime) -> None:
        instant(now)
        window = facts.window or Window(now, now)
        rules = packs.concerning(facts.action, facts.channel, facts.jurisdictions)
        zones, self.unusable = _zones(facts, rules)
        self.unusable += _uncovered(facts, packs)
        start, end = floor_s(window.start), ceil_s(window.end)
        self.asked = window.start
        # A search starts at a whole second: the visit then lasts its length rounded up.
        self.from_second = ceil_s(window.start)
        question = Question(
            facts=facts,
            start=start,
            duration=max(1, end - start),
            now=ceil_s(now),
            zones=zones,
        )
        self.start = start
        self.constraints = [
            constraint for rule in rules for constraint in rule.measure.constraints(rule, question)
        ]
        self.refusing = [one for one in self.constraints if one.rule.verdict is Verdict.REFUSE]

    def objecting(self, second: int) -> list[Constraint]:
        return [one for one in self.constraints if one.free_from(second) != second]

    def next_free(self, second: int) -> int | None:
        """The earliest start at or after `second` that no refusing rule objects to."""
        if self.unusable:
            return None
        events = sorted(event for one in self.refusing for event in one.events)
        passed, limit = bisect_right(events, second), second + HORIZON_S
        while True:
            later = second
            for constraint in self.refusing:
                free = constraint.free_from(later)
                if free is None:
                    return None
                later = free
            if later == second:
                return second
            second = later
            now_passed = bisect_right(events, second)
            if now_passed > passed:
                passed, limit = now_passed, second + HORIZON_S
            elif second > limit:
                leap = past_barren(events, second)
                if leap is None:
                    return None
                second, limit = leap

    def free_until(self, second: int) -> int:
        """For a free `second`, the first later start that a refusing rule objects to, or FOREVER."""
        return min((_or_forever(one.objects_from(second)) for one in self.refusing), default=FOREVER)

    def reasons(self) -> tuple[Reason, ...]:
        """Every rule that spoke, strictest first; a rule that consent lifted speaks as «allow»."""
        spoken: dict[str, tuple[Rule, list[str], Verdict]] = {}
        for one in self.constraints:
            if one.free_from(self.start) != self.start:
                _, details, _ = spoken.setdefault(one.rule.id, (one.rule, [], one.rule.verdict))
                details.append(one.detail(self.start))
            elif (evidence := one.lifted_by(self.start)) is not None:
                words = f"Lifted by the customer's consent {evidence}."
                spoken.setdefault(one.rule.id, (one.rule, [words], Verdict.ALLOW))
        law = [
            Reason(
                rule_id=rule.id,
                verdict=verdict,
                source=rule.source,
                figure=rule.figure,
                detail=" ".join(dict.fromkeys(details)),
            )
            for rule, details, verdict in spoken.values()
        ]
        law.sort(key=lambda reason: (-reason.verdict.severity, reason.rule_id))
        return (*self.unusable, *law)


def _own(rule_id: str, figure: str, detail: str) -> Reason:
    return Reason(rule_id=rule_id, verdict=Verdict.REFUSE, source=_OWN_SOURCE, figure=figure, detail=detail)


def _zones(facts: Facts, rules: Iterable[Rule]) -> tuple[tuple[Zone, ...], tuple[Reason, ...]]:
    """The zones of the address, and a refusal if there is none or one is unknown."""
    if not facts.zones and (facts.channel is Channel.VISIT or any(rule.kind == "hours" for rule in rules)):
        detail = "The address has no time zone: give it a position on land, then ask again."
        return (), (_own(NO_ZONE, "at least one zone", detail),)
    known: list[Zone] = []
    unknown: list[str] = []
    for key in dict.fromkeys(facts.zones):
        try:
            known.append(load_zone(key))
        except UnknownZoneError:
            unknown.append(key)
    if not unknown:
        return tuple(known), ()
    detail = f"Unknown time zone {', '.join(map(repr, unknown))}: set the address's position again."
    return tuple(known), (_own(UNKNOWN_ZONE, "every zone known", detail),)


def _uncovered(facts: Facts, packs: RuleBook) -> tuple[Reason, ...]:
    """A refusal if the address lies under a law whose pack this organisation has not chosen."""
    missing = [named for named in dict.fromkeys(facts.jurisdictions) if not packs.covers(named)]
    if packs.packs and not missing:
        return ()
    where = ", ".join(missing) or "this address"
    detail = f"No chosen rule pack covers {where}: an administrator has to choose one."
    return (_own(NO_PACK, "a pack for each jurisdiction", detail),)


def _or_forever(second: int | None) -> int:
    return FOREVER if second is None else second


def decide(facts: Facts, packs: RuleBook, now: datetime) -> Decision:
    """Whether the action may be done, every rule that spoke, and when next.

    An intent verb stops at a refusal; a witness verb records it as a breach. Instants are judged in whole
    seconds, to the strict side. `next_lawful_at` is the earliest start of the same window (same length) at
    or after the asked one that no rule refuses, everything else unchanged: the asked start itself if it is
    not refused, None if only a person can lift the refusal. It is searched with `now` standing still.

    Args:
        facts: What is known of the action and the customer.
        packs: The tenant's book of rules in force on the day of the visit (`packs.effective`).
        now: When the decision is made: the server's time online, the claimed time of a phone's command.

    Raises:
        ValueError: `now` is naive. Nothing else: facts that cannot be judged are refused, with a reason.
    """
    hearing = _Hearing(facts, packs, now)
    reasons = hearing.reasons()
    verdict = max((reason.verdict for reason in reasons), key=lambda one: one.severity, default=Verdict.ALLOW)
    if verdict is Verdict.REFUSE:
        free = hearing.next_free(hearing.from_second)
        next_lawful_at = None if free is None else from_s(free)
    else:
        next_lawful_at = hearing.asked
    return Decision(
        verdict=verdict,
        reasons=reasons,
        packs=packs.names,
        judged_at=now,
        next_lawful_at=next_lawful_at,
    )


def lawful_windows(
    facts: Facts, packs: RuleBook, now: datetime, since: datetime, until: datetime
) -> tuple[tuple[datetime, datetime], ...]:
    """The maximal intervals of lawful *start instants* of the same window within `[since, until]`.

    Both ends of each pair are lawful starts (the last one may be `first == last`): a visit of the facts'
    length that starts anywhere between, on a whole second, is not refused. Presence therefore reaches
    beyond the last instant by the length of the visit. Warnings do not cut.
    """
    hearing = _Hearing(facts, packs, now)
    last = floor_s(instant(until))
    second = hearing.next_free(ceil_s(instant(since)))
    windows: list[tuple[datetime, datetime]] = []
    while second is not None and second <= last:
        objected = hearing.free_until(second)
        windows.append((from_s(second), from_s(min(objected - 1, last))))
        second = None if objected > last else hearing.next_free(objected)
    return tuple(windows)


def verdicts(facts: Facts, packs: RuleBook, now: datetime, days: int = 3) -> tuple[VerdictSpan, ...]:
    """What a phone is given: for each start within `days` x 24 h from `now`, the verdict and its rules.

    The spans follow each other without a gap, each as long as the same rules speak. Facts without a window
    stand for a visit of one instant; with one, only its length counts here.
    """
    begin = floor_s(instant(now))
    window = facts.window or Window(now, now)
    length = timedelta(seconds=ceil_s(window.end) - floor_s(window.start))
    hearing = _Hearing(replace(facts, window=Window(from_s(begin), from_s(begin) + length)), packs, now)
    own = tuple(reason.rule_id for reason in hearing.unusable)
    end = begin + days * 86_400
    spans: list[VerdictSpan] = []
    second = begin
    while second < end:
        objecting = hearing.objecting(second)
        change = min(
            (
                _or_forever(one.free_from(second) if one in objecting else one.objects_from(second))
                for one in hearing.constraints
            ),
            default=FOREVER,
        )
        rules = (*own, *sorted({one.rule.id for one in objecting}))
        worst = max(
            (one.rule.verdict for one in objecting), key=lambda one: one.severity, default=Verdict.ALLOW
        )
        verdict = Verdict.REFUSE if own else worst
        following = min(change, end)
        if spans and (spans[-1].verdict, spans[-1].rules) == (verdict, rules):
            spans[-1] = replace(spans[-1], end=from_s(following))
        else:
            spans.append(VerdictSpan(from_s(second), from_s(following), verdict, rules))
        second = following
    return tuple(spans)
