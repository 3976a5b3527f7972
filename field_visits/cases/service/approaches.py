"""Asking before somebody is contacted: whom one may speak to, of what, and when."""

from datetime import datetime

from field_visits.cases import words
from field_visits.cases.judging import Bench, Question, Rules
from field_visits.cases.loading import audience, require_case
from field_visits.cases.models import Case
from field_visits.compliance.facts import About, Action, Approach, Channel, Ground, Party
from field_visits.kernel.decision import Decision
from field_visits.kernel.ids import CaseId
from field_visits.unit_of_work import Applied, Move, Refused, UnitOfWork

MAX_ASKED = 100
FAR = 366


def approach(
    uow: UnitOfWork,
    rules: Rules,
    case_id: CaseId,
    *,
    party: str,
    channel: str,
    about: str = About.DEBT.value,
    ground: str | None = None,
    times_asked: int = 0,
    has_declined: bool = False,
    person: str | None = None,
    at: datetime | None = None,
) -> tuple[Applied | Refused, Decision]:
    """It is known, and on record, whether this person may be contacted like this (CN-3P-1, CN-3P-2, US-3P-1).

    An intent: a refusal stops it, and says by which rule and when next. `person` is who it is to the case, in the
    asker's words («her brother»); `at` is when, now by default.

    Returns: What became of it, and everything the rules said: warnings too.

    Raises:
        NotFoundError: There is no such case.
        InvalidError: A word is not known, or the time lies in the past or beyond a year.
    Evidence: case:contact:cleared, or case:contact:refused.
    """
    case = require_case(uow, case_id)
    whom = words.word(party, Party, "/party")
    way = words.word(channel, Channel, "/channel")
    told = Approach(
        whom,
        words.word(about, About, "/about"),
        None if ground is None else words.word(ground, Ground, "/ground"),
        _times(times_asked),
        has_declined,
    )
    # The customer is contacted, others are approached: how often a person is called is counted for the customer.
    action = Action.CONTACT if whom is Party.SELF else Action.APPROACH
    when = _when(uow, at)
    asked = Question(action=action, channel=way, approach=told, window=(when, when))
    decision = Bench.load(uow, rules, [case]).judge(case_id, asked)
    facts = {
        "party": whom.value,
        "channel": way.value,
        "about": told.about.value,
        "ground": None if told.ground is None else told.ground.value,
        "times_asked": told.times_asked,
        "has_declined": has_declined,
        "person": words.optional_line(person, "/person"),
        "at": when,
    }
    outcome = uow.apply(
        case, "approach", facts=facts, decision=decision, audience=audience(case.collector_id)
    )
    return outcome, decision


def approve_expired(uow: UnitOfWork, rules: Rules, case_id: CaseId, *, reason: str) -> Applied | Refused:
    """Legal lets an expired debt be offered on, signed for or served (CN-LIM-6), and says why.

    Raises:
        NotFoundError: There is no such case.
        InvalidError: No reason is given.
    Evidence: case:expired_debt:approved, refused while limitation has not run out.
    """
    case: Case = require_case(uow, case_id)
    told = words.prose(reason, "/reason")
    limitation = rules.limitation_of(uow, case)
    if limitation is None or limitation.ends_at > uow.now:
        move = Move(case, "approve_expired", facts={"reason": told})
        return uow.refuse(move, "Limitation of this debt has not run out: there is nothing to approve.")
    facts = {"reason": told, "ended_at": limitation.ends_at}
    return uow.apply(case, "approve_expired", changes={"expired_approved_at": uow.now}, facts=facts)


def _times(times: int) -> int:
    if not 0 <= times <= MAX_ASKED:
        raise words.invalid("The number of times is out of range.", "/times_asked", f"0 to {MAX_ASKED}")
    return times


def _when(uow: UnitOfWork, at: datetime | None) -> datetime:
    if at is None:
        return uow.now
    if not 0 <= (at - uow.now).days <= FAR:
        raise words.invalid(
            "Ask before the contact, within a year.",
            "/at",
            "from now on, within a year; leave it out for now",
        )
    return at
