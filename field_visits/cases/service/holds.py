"""Contact holds: reasons not to contact or visit. They bind by being read at every step (`queries.facts_for`)."""

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from field_visits.cases import words
from field_visits.cases.hold_kinds import HOLD_RULES, may_lift
from field_visits.cases.loading import audience, collectors_of, require, require_case
from field_visits.cases.models import Case, ContactHold
from field_visits.compliance.facts import HoldKind
from field_visits.kernel.ids import CaseId, EntryId, HoldId
from field_visits.unit_of_work import Applied, Born, Move, Refused, UnitOfWork

LONGEST = timedelta(days=366 * 6)
SWEEP = 500


def place_hold(
    uow: UnitOfWork,
    case_id: CaseId,
    *,
    kind: str,
    cause: str | None = None,
    expires_at: datetime | None = None,
    review_on: date | None = None,
    about: tuple[str, UUID] | None = None,
    caused_by: EntryId | None = None,
) -> Born[ContactHold] | Refused:
    """Nobody contacts the customer (in the channels that the rules name) until it is lifted or ends.

    Without `expires_at` and `review_on` the kind's own term is taken (`hold_kinds`). Several holds of one
    kind may stand side by side: each has its own cause and is lifted by itself. `about` is the row that
    started it (a visit, an agreement), `caused_by` its entry.

    Raises:
        NotFoundError: There is no such case.
        InvalidError: The kind is unknown, or the hold would end before it begins or after six years.
    Evidence: contact_hold:record:placed; the audience is the case's collector.
    """
    case = require_case(uow, case_id)
    hold_kind = words.word(kind, HoldKind, "/kind")
    rule = HOLD_RULES[hold_kind]
    if expires_at is None and review_on is None:
        expires_at = None if rule.expires_after is None else uow.now + rule.expires_after
        review_on = None if rule.review_after is None else (uow.now + rule.review_after).date()
    _check_end(uow, expires_at, review_on)
    hold = ContactHold(
        id=HoldId(uow.new_id()),
        case_id=case_id,
        kind=hold_kind.value,
        cause=None if cause is None else words.prose(cause, "/cause"),
        since=uow.now,
        expires_at=expires_at,
        review_on=review_on,
        lifted_by_role=rule.lifted_by,
        about_table=None if about is None else about[0],
        about_id=None if about is None else about[1],
    )
    return uow.bear(hold, "place", audience=audience(case.collector_id), cause=caused_by)


def extend_hold(
    uow: UnitOfWork,
    hold_id: HoldId,
    *,
    expires_at: datetime | None = None,
    review_on: date | None = None,
    reason: str,
) -> Applied | Refused:
    """The hold lasts longer, or is looked at again later; its state stays.

    Raises:
        NotFoundError: There is no such hold.
        InvalidError: It names no later end than the present one.
    Evidence: contact_hold:term:extended. Whoever may place a hold may make it longer: it protects.
    """
    hold = require(uow, ContactHold, hold_id)
    changes: dict[str, object] = {}
    if expires_at is not None:
        changes["expires_at"] = expires_at
        if hold.expires_at is not None and expires_at <= hold.expires_at:
            raise words.invalid("An extension ends later.", "/expires_at", "must be after the present end")
    if review_on is not None:
        changes["review_on"] = review_on
        if hold.review_on is not None and review_on <= hold.review_on:
            raise words.invalid(
                "An extension is reviewed later.", "/review_on", "must be after the present date"
            )
    if not changes:
        raise words.invalid("An extension names its end.", "/expires_at", "give expires_at or review_on")
    _check_end(uow, expires_at, review_on)
    facts = {"reason": words.prose(reason, "/reason")}
    return uow.apply(hold, "extend", changes=changes, facts=facts, audience=_audience(uow, hold))


def lift_hold(
    uow: UnitOfWork, hold_id: HoldId, *, reason: str, caused_by: EntryId | None = None
) -> Applied | Refused:
    """The hold binds no longer.

    Raises:
        NotFoundError: There is no such hold.
        InvalidError: No reason is given.
    Evidence: contact_hold:record:lifted, refused for a role that may not lift this kind.
    """
    hold = require(uow, ContactHold, hold_id)
    facts = {"reason": words.prose(reason, "/reason")}
    move = Move(hold, "lift", facts=facts, audience=_audience(uow, hold), cause=caused_by)
    if not may_lift(uow.actor, hold.lifted_by_role):
        return uow.refuse(move, f"A hold of kind {hold.kind} is lifted by {hold.lifted_by_role} only.")
    outcome = uow.apply_all([move])
    return outcome if isinstance(outcome, Refused) else outcome[0]


def expire_holds(uow: UnitOfWork) -> int:
    """Every hold whose end has passed is expired. The number of them; a sweep, safe to repeat.

    Evidence: contact_hold:record:expired, one each.
    """
    expired = 0
    while True:
        due = uow.session.scalars(
            select(ContactHold)
            .where(ContactHold.state == "active", ContactHold.expires_at <= uow.now)
            .order_by(ContactHold.id)
            .limit(SWEEP)
            .with_for_update(skip_locked=True)
        ).all()
        if not due:
            return expired
        collectors = collectors_of(uow, {hold.case_id for hold in due})
        uow.apply_all([Move(hold, "expire", audience=audience(collectors.get(hold.case_id))) for hold in due])
        expired += len(due)


def _audience(uow: UnitOfWork, hold: ContactHold) -> list[UUID]:
    return list(audience(uow.session.get_one(Case, hold.case_id).collector_id))


def _check_end(uow: UnitOfWork, expires_at: datetime | None, review_on: date | None) -> None:
    if expires_at is not None and not uow.now < expires_at <= uow.now + LONGEST:
        raise words.invalid("The hold's end cannot be true.", "/expires_at", "after now, within six years")
    if review_on is not None and not uow.now.date() <= review_on <= (uow.now + LONGEST).date():
        raise words.invalid("The review's date cannot be true.", "/review_on", "from today, within six years")
