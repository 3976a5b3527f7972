"""Verbs on a case itself: opened, updated, assigned, ended."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from field_visits.cases import words
from field_visits.cases.loading import audience, require_case, require_customer
from field_visits.cases.models import Balance, Case
from field_visits.cases.owed import Owed
from field_visits.compliance.packs import load_packs
from field_visits.kernel.actor import Role
from field_visits.kernel.ids import CaseId, CustomerId, TeamId, UserId
from field_visits.unit_of_work import Applied, Born, Change, Refused, UnitOfWork
from field_visits.workforce.models import Team
from field_visits.workforce.queries import members_of

MAX_PRIORITY = 100
DEFAULT_PRIORITY = 50


def open_case(
    uow: UnitOfWork,
    *,
    customer_id: CustomerId,
    reference: str,
    creditor: str,
    packs: Collection[str],
    owed: Owed,
    placed_on: date,
    recall_on: date | None = None,
    due_on: date | None = None,
    team_id: TeamId | None = None,
    collector_id: UserId | None = None,
    skills: Collection[str] = (),
    priority: int = DEFAULT_PRIORITY,
) -> Born[Case] | Refused:
    """A creditor's debt is placed with the organisation, with what is owed now.

    Raises:
        NotFoundError: There is no such customer.
        InvalidError: A rule pack, team or collector is unknown, dates contradict each other, or a figure is
            out of range.
    Evidence: case:record:opened, refused when the reference is taken.
    """
    customer = require_customer(uow, customer_id)
    if customer.state != "known":
        raise words.invalid("This customer was withdrawn.", "/customer_id", "must be a known customer")
    require_assignment(uow, team_id, collector_id)
    check_dates(placed_on, recall_on)
    _check_due(placed_on, due_on)
    case = Case(
        id=CaseId(uow.new_id()),
        customer_id=customer_id,
        reference=words.reference(reference),
        creditor=words.line(creditor, "/creditor"),
        packs=known_packs(packs),
        team_id=team_id,
        collector_id=collector_id,
        skills=words.skills(skills),
        priority=checked_priority(priority),
        placed_on=placed_on,
        recall_on=recall_on,
        due_on=due_on,
    )
    balance = new_balance(uow, case.id, owed)
    return uow.bear(case, "open", rows=[Change(balance)], audience=audience(collector_id))


def update_case(
    uow: UnitOfWork,
    case_id: CaseId,
    *,
    owed: Owed | None = None,
    **changes: Any,
) -> Applied | Refused:
    """The named details are as given: creditor, packs, skills, priority, recall_on, due_on; `owed` adds a balance.

    Raises:
        NotFoundError: There is no such case.
        InvalidError: Nothing is to be changed, the currency differs, or a value cannot be true.
    Evidence: case:details:updated.
    """
    case = require_case(uow, case_id)
    if not changes and owed is None:
        raise words.invalid("Nothing is to be changed.", "", "name at least one field")
    told = _read_changes(case, changes)
    rows = []
    if owed is not None:
        latest = latest_balance(uow, case_id)
        if latest is not None and latest.currency != owed.currency:
            raise words.invalid(
                "A debt keeps its currency.", "/currency", f"this case is kept in {latest.currency}"
            )
        rows.append(Change(new_balance(uow, case_id, owed, after=latest)))
    return uow.apply(case, "update", changes=told, rows=rows, audience=audience(case.collector_id))


def assign(
    uow: UnitOfWork, case_id: CaseId, *, team_id: TeamId | None, collector_id: UserId | None
) -> Applied | Refused:
    """The case belongs to this team and this collector, or to nobody.

    Raises:
        NotFoundError: There is no such case.
        InvalidError: The team is unknown, or the collector is no active collector of it.
    Evidence: case:assignment:changed; the audience is the former collector and the new one.
    """
    case = require_case(uow, case_id)
    require_assignment(uow, team_id, collector_id)
    return uow.apply(
        case,
        "assign",
        changes={"team_id": team_id, "collector_id": collector_id},
        audience=audience(case.collector_id, collector_id),
    )


def close(uow: UnitOfWork, case_id: CaseId, *, reason: str) -> Applied | Refused:
    """Work on the case is done. Evidence: case:work:closed. Raises as `assign`, and without a reason."""
    return _end(uow, case_id, "close", reason)


def recall(uow: UnitOfWork, case_id: CaseId, *, reason: str) -> Applied | Refused:
    """The creditor took the case back. Evidence: case:placement:recalled. Raises as `close`."""
    return _end(uow, case_id, "recall", reason)


def withdraw(uow: UnitOfWork, case_id: CaseId, *, reason: str) -> Applied | Refused:
    """The case was opened by mistake; its reference is free again. Evidence: case:record:withdrawn."""
    return _end(uow, case_id, "withdraw", reason)


def latest_balance(uow: UnitOfWork, case_id: CaseId) -> Balance | None:
    """What was owed last."""
    return uow.session.scalars(
        select(Balance)
        .where(Balance.case_id == case_id, Balance.withdrawn_at.is_(None))
        .order_by(Balance.as_of.desc(), Balance.id.desc())
        .limit(1)
    ).one_or_none()


def new_balance(uow: UnitOfWork, case_id: CaseId, owed: Owed, *, after: Balance | None = None) -> Balance:
    """A balance row as of now and later than `after`, not yet written."""
    as_of = uow.now
    if after is not None and after.as_of >= as_of:
        # Two in one instant: the newer one must still be the latest.
        as_of = after.as_of + timedelta(microseconds=1)
    return Balance(
        id=uow.new_id(),
        case_id=case_id,
        as_of=as_of,
        currency=owed.currency,
        principal_minor=owed.principal_minor,
        interest_minor=owed.interest_minor,
        fees_minor=owed.fees_minor,
        withdrawn_at=None,
    )


def known_packs(packs: Collection[str]) -> list[str]:
    """Ids of released rule packs, sorted, each once; none or an unknown one raises InvalidError."""
    released = {pack.id for pack in load_packs()}
    chosen = sorted(set(packs))
    if not chosen or set(chosen) - released:
        raise words.invalid(
            "A case lies under released rule packs.", "/packs", f"some of {', '.join(sorted(released))}"
        )
    return chosen


def checked_priority(priority: int) -> int:
    """A priority from 0 to 100; others raise InvalidError."""
    if not 0 <= priority <= MAX_PRIORITY:
        raise words.invalid("The priority is out of range.", "/priority", f"0 to {MAX_PRIORITY}")
    return priority


def check_dates(placed_on: date, recall_on: date | None) -> None:
    """A recall before the placement raises InvalidError."""
    if recall_on is not None and recall_on < placed_on:
        raise words.invalid("The recall is before the placement.", "/recall_on", "not before placed_on")


def _check_due(placed_on: date, due_on: date | None) -> None:
    if due_on is not None and due_on > placed_on:
        raise words.invalid("A debt is placed after it fell due.", "/due_on", "not after placed_on")


def require_assignment(uow: UnitOfWork, team_id: TeamId | None, collector_id: UserId | None) -> None:
    """The team exists, and the collector is an active collector of it.

    Raises:
        InvalidError: Otherwise, or when a collector is named without a team.
    """
    if team_id is None:
        if collector_id is not None:
            raise words.invalid(
                "A collector works in a team; name it too.", "/team_id", "required with collector_id"
            )
        return
    if uow.session.get(Team, team_id) is None:
        raise words.invalid("There is no such team.", "/team_id", "must be a team of this organisation")
    if collector_id is None:
        return
    member = members_of(uow, team_id).get(collector_id)
    if member is None or Role.COLLECTOR not in member.roles:
        raise words.invalid(
            "This person is no active collector of the team.",
            "/collector_id",
            "must be a collector of the team",
        )


def _end(uow: UnitOfWork, case_id: CaseId, verb: str, reason: str) -> Applied | Refused:
    case = require_case(uow, case_id)
    facts = {"reason": words.prose(reason, "/reason")}
    return uow.apply(case, verb, facts=facts, audience=audience(case.collector_id))


def _read_changes(case: Case, changes: dict[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for name, value in changes.items():
        match name:
            case "creditor":
                told[name] = words.line(value, "/creditor")
            case "packs":
                told[name] = known_packs(value)
            case "skills":
                told[name] = words.skills(value)
            case "priority":
                told[name] = checked_priority(value)
            case "recall_on":
                check_dates(case.placed_on, value)
                told[name] = value
            case "due_on":
                _check_due(case.placed_on, value)
                told[name] = value
            case _:
                raise TypeError(f"A case has no changeable {name}.")
    return told
