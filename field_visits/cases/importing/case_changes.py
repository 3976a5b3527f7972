"""What the rows of a file of cases change: people, doors, cases and who works them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from field_visits.cases.importing.case_rows import CaseRow, DoorRow
from field_visits.cases.importing.changes import Difference
from field_visits.cases.importing.questions import Questioner
from field_visits.cases.importing.report import RowError
from field_visits.cases.loading import audience
from field_visits.cases.models import Address, Balance, Case, Customer
from field_visits.cases.owed import Owed
from field_visits.cases.queries import latest_balances, usable_addresses
from field_visits.cases.service.work import DEFAULT_PRIORITY, new_balance
from field_visits.identity.models import Organisation, User
from field_visits.kernel.actor import Role
from field_visits.kernel.ids import AddressId, CaseId, CustomerId, TeamId, UserId
from field_visits.unit_of_work import Change, Move, UnitOfWork
from field_visits.workforce.models import Team, TeamMember
from field_visits.workforce.queries import organisation_zone

_CHINESE = frozenset({"CN", "HK", "MO", "TW"})
# In this order they are written: each needs the one before.
_PEOPLE, _DOORS, _WORKS, _ASSIGNMENTS = range(4)


@dataclass(frozen=True, slots=True)
class Staff:
    """Teams by name, and the active collectors of each by user name."""

    teams: dict[str, TeamId]
    collectors: dict[TeamId, dict[str, UserId]]

    @classmethod
    def of(cls, uow: UnitOfWork) -> "Staff":
        teams = {name: team for team, name in uow.session.execute(select(Team.id, Team.name))}
        collectors: dict[TeamId, dict[str, UserId]] = {team: {} for team in teams.values()}
        rows = uow.session.execute(
            select(TeamMember.team_id, User.username, User.id)
            .join(User, User.id == TeamMember.user_id)
            .where(TeamMember.left_at.is_(None), User.state == "active")
            .where(User.roles.contains([Role.COLLECTOR.value]))
        )
        for team, username, person in rows:
            collectors[team][username] = UserId(person)
        return cls(teams, collectors)

    def faults(self, row: CaseRow) -> list[RowError]:
        """Names of teams and collectors that are not known."""
        if row.team is None:
            return []
        team = self.teams.get(row.team)
        if team is None:
            return [
                RowError(
                    row.number,
                    "team",
                    f"There is no team {row.team}; create it or mend the name.",
                    "team-unknown",
                )
            ]
        if row.collector is not None and row.collector not in self.collectors[team]:
            detail = f"{row.collector} is no active collector of the team {row.team}."
            return [RowError(row.number, "collector", detail, "collector-unknown")]
        return []

    def assignment(self, row: CaseRow, present: UserId | None) -> tuple[TeamId, UserId | None] | None:
        """Team and collector that the row tells, or None where it tells none.

        A team without a collector keeps the present collector if that one works in it.
        """
        if row.team is None:
            return None
        team = self.teams[row.team]
        if row.collector is not None:
            return team, self.collectors[team][row.collector]
        return team, present if present in self.collectors[team].values() else None


@dataclass(slots=True)
class Found:
    """What is recorded of the people and cases of some rows."""

    cases: dict[str, Case]
    customers: dict[str, Customer]
    doors: dict[CustomerId, list[Address]]
    balances: dict[CaseId, Balance]

    @classmethod
    def of(cls, uow: UnitOfWork, rows: Collection[CaseRow], *, lock: bool) -> "Found":
        """Read everything that these rows may touch; `lock` keeps others from changing it meanwhile."""
        case_query = select(Case).where(
            Case.reference.in_([row.reference for row in rows]), Case.state != "withdrawn"
        )
        customer_query = select(Customer).where(
            Customer.reference.in_([row.customer_reference for row in rows]), Customer.state != "withdrawn"
        )
        if lock:
            case_query = case_query.with_for_update().execution_options(populate_existing=True)
            customer_query = customer_query.with_for_update().execution_options(populate_existing=True)
        customers = {customer.reference: customer for customer in uow.session.scalars(customer_query)}
        cases = {case.reference: case for case in uow.session.scalars(case_query)}
        return cls(
            cases,
            customers,
            usable_addresses(uow, [customer.id for customer in customers.values()]),
            latest_balances(uow, [case.id for case in cases.values()]),
        )


class CaseComparison:
    """See `Comparing`: it remembers the people and doors seen."""

    def __init__(self, uow: UnitOfWork) -> None:
        organisation = uow.session.get_one(Organisation, uow.actor.organisation)
        self.uow = uow
        self.staff = Staff.of(uow)
        self.today = uow.now.astimezone(organisation_zone(uow)).date()
        self.packs = list(organisation.packs)
        self._questioner = Questioner(uow, self.today)
        self._people: set[str] = set()
        self._doors: set[tuple[str, str]] = set()

    def differences(self, rows: Sequence[CaseRow], *, lock: bool) -> list[Difference]:
        """What each of these rows changes. New rows are built but belong to no session yet."""
        found = Found.of(self.uow, rows, lock=lock)
        return [self._difference(row, found) for row in rows]

    def _difference(self, row: CaseRow, found: Found) -> Difference:
        case = found.cases.get(row.reference)
        difference = Difference(row.reference, is_new=case is None, errors=self.staff.faults(row))
        if difference.errors:
            return difference
        customer = self._customer(row, found, difference)
        self._door(row, customer, found, difference)
        if case is None:
            self._open(row, customer, difference)
        else:
            self._update(row, case, customer, found.balances.get(case.id), difference)
        packs = row.packs or (self.packs if case is None else case.packs)
        difference.questions += self._questioner.questions(row, packs)
        return difference

    def _customer(self, row: CaseRow, found: Found, difference: Difference) -> Customer:
        customer = found.customers.get(row.customer_reference)
        is_first = row.customer_reference not in self._people
        self._people.add(row.customer_reference)
        if customer is None:
            customer = Customer(
                id=CustomerId(self.uow.new_id()),
                reference=row.customer_reference,
                name=row.name,
                phone=row.phone,
                email=row.email,
                language=row.language or ("zh" if row.door.country in _CHINESE else "en"),
            )
            found.customers[row.customer_reference] = customer
            difference.add(_PEOPLE, Move(customer, "record"))
            return customer
        told = {"name": row.name, "phone": row.phone, "email": row.email, "language": row.language}
        changes = {
            name: value
            for name, value in told.items()
            if value is not None and value != getattr(customer, name)
        }
        if changes and is_first:
            difference.columns += changes
            difference.add(_PEOPLE, Move(customer, "update", changes=changes))
        return customer

    def _door(self, row: CaseRow, customer: Customer, found: Found, difference: Difference) -> None:
        """The row's address takes the place of the customer's usable one of its kind, if it differs."""
        key = row.customer_reference, row.door.kind
        if key in self._doors:
            return
        self._doors.add(key)
        present = [one for one in found.doors.get(customer.id, ()) if one.kind == row.door.kind]
        if any(_is_same_door(one, row.door) for one in present):
            return
        difference.columns.append("street")
        difference.add(_DOORS, Move(_address(self.uow, customer.id, row.door), "add"))
        facts = {"reason": "another address came by import"}
        difference.add(_DOORS, *(Move(one, "invalidate", facts=facts) for one in present))

    def _open(self, row: CaseRow, customer: Customer, difference: Difference) -> None:
        assignment = self.staff.assignment(row, None)
        team, collector = (None, None) if assignment is None else assignment
        placed_on = row.placed_on or self.today
        if row.recall_on is not None and row.recall_on < placed_on:
            detail = "The recall is before the placement (today, where the file names no day)."
            difference.fault(row.number, "recall_on", detail, "dates-contradict")
            return
        if row.due_on is not None and row.due_on > placed_on:
            detail = "A debt is placed (today, where the file names no day) after it fell due."
            difference.fault(row.number, "due_on", detail, "dates-contradict")
            return
        case = Case(
            id=CaseId(self.uow.new_id()),
            customer_id=customer.id,
            reference=row.reference,
            creditor=row.creditor,
            packs=list(row.packs) if row.packs else self.packs,
            team_id=team,
            collector_id=collector,
            skills=list(row.skills or ()),
            priority=DEFAULT_PRIORITY if row.priority is None else row.priority,
            placed_on=placed_on,
            recall_on=row.recall_on,
            due_on=row.due_on,
        )
        owed = Owed(row.principal_minor, row.interest_minor or 0, row.fees_minor or 0, row.currency)
        balance = Change(new_balance(self.uow, case.id, owed))
        difference.add(_WORKS, Move(case, "open", rows=[balance], audience=audience(collector)))

    def _update(
        self, row: CaseRow, case: Case, customer: Customer, balance: Balance | None, difference: Difference
    ) -> None:
        if case.customer_id != customer.id:
            detail = "This case belongs to another customer; a case never changes its customer."
            difference.fault(row.number, "customer_reference", detail, "customer-differs")
            return
        changes = self._changes(row, case, difference)
        rows = self._new_balance(row, case, balance, difference)
        assignment = self.staff.assignment(row, case.collector_id)
        is_moved = assignment is not None and assignment != (case.team_id, case.collector_id)
        if not (changes or rows or is_moved or difference.errors):
            return
        if case.state != "open":
            detail = f"The case is {case.state}, and the row differs from it; place it under a new reference."
            difference.fault(row.number, "reference", detail, "case-not-open")
            return
        if changes or rows:
            difference.columns += changes
            told = audience(case.collector_id)
            difference.add(_WORKS, Move(case, "update", changes=changes, rows=rows, audience=told))
        if assignment is not None and is_moved:
            team, collector = assignment
            difference.columns.append("team")
            told = audience(case.collector_id, collector)
            changes = {"team_id": team, "collector_id": collector}
            difference.add(_ASSIGNMENTS, Move(case, "assign", changes=changes, audience=told))

    @staticmethod
    def _changes(row: CaseRow, case: Case, difference: Difference) -> dict[str, Any]:
        told: dict[str, Any] = {
            "creditor": row.creditor,
            "packs": None if row.packs is None else list(row.packs),
            "skills": None if row.skills is None else list(row.skills),
            "priority": row.priority,
            "placed_on": row.placed_on,
            "recall_on": row.recall_on,
            "due_on": row.due_on,
        }
        changes = {
            name: value for name, value in told.items() if value is not None and value != getattr(case, name)
        }
        placed_on: date = changes.get("placed_on", case.placed_on)
        recall_on: date | None = changes.get("recall_on", case.recall_on)
        if recall_on is not None and recall_on < placed_on:
            difference.fault(
                row.number, "recall_on", "The recall is before the placement.", "dates-contradict"
            )
        due_on: date | None = changes.get("due_on", case.due_on)
        if due_on is not None and due_on > placed_on:
            difference.fault(row.number, "due_on", "A debt is placed after it fell due.", "dates-contradict")
        return changes

    def _new_balance(
        self, row: CaseRow, case: Case, balance: Balance | None, difference: Difference
    ) -> list[Change]:
        if balance is None:
            owed = Owed(row.principal_minor, row.interest_minor or 0, row.fees_minor or 0, row.currency)
        else:
            if balance.currency != row.currency:
                detail = f"A debt keeps its currency; this case is kept in {balance.currency}."
                difference.fault(row.number, "currency", detail, "currency-differs")
                return []
            told = {
                "principal": (row.principal_minor, balance.principal_minor),
                "interest": (row.interest_minor, balance.interest_minor),
                "fees": (row.fees_minor, balance.fees_minor),
            }
            parts = {name: was if is_now is None else is_now for name, (is_now, was) in told.items()}
            changed = [name for name, (_, was) in told.items() if parts[name] != was]
            if not changed:
                return []
            difference.columns += changed
            owed = Owed(parts["principal"], parts["interest"], parts["fees"], row.currency)
        return [Change(new_balance(self.uow, case.id, owed, after=balance))]


def _is_same_door(address: Address, door: DoorRow) -> bool:
    """Whether the row tells the recorded address; an empty cell agrees with anything."""
    placement = door.placement
    told = (
        (door.street, address.street),
        (door.house_number, address.house_number),
        (door.unit, address.unit),
        (door.postcode, address.postcode),
        (door.city, address.city),
        (door.country, address.country),
        (placement.crs.value, address.source_crs),
        (placement.is_approximate, address.is_approximate),
        (placement.point.lat, address.lat),
        (placement.point.lon, address.lon),
    )
    return all(is_now is None or is_now == was for is_now, was in told)


def _address(uow: UnitOfWork, customer_id: CustomerId, door: DoorRow) -> Address:
    placement = door.placement
    return Address(
        id=AddressId(uow.new_id()),
        customer_id=customer_id,
        kind=door.kind,
        street=door.street,
        house_number=door.house_number,
        unit=door.unit,
        postcode=door.postcode,
        city=door.city,
        country=door.country,
        lat=placement.point.lat,
        lon=placement.point.lon,
        source_crs=placement.crs.value,
        source_lat=placement.source_lat,
        source_lon=placement.source_lon,
        is_approximate=placement.is_approximate,
        zones=list(placement.zones),
    )
