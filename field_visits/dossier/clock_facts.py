"""What the records of a case say to its legal clocks: each event with the entry that tells it."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import select

from field_visits.agreements.document import Grade as SigningGrade
from field_visits.agreements.models import Agreement
from field_visits.attachments.models import Attachment
from field_visits.cases.facts import jurisdictions_of
from field_visits.cases.models import (
    Balance,
    Case,
    Contact,
    ContactHold,
    LegalEvent,
    Payment,
    Promise,
    RetentionHold,
)
from field_visits.cases.words import EFFECTIVE, ContactResult, Direction, LegalEventKind, PersonMet
from field_visits.complaints.clocks import clock_of
from field_visits.complaints.models import Complaint
from field_visits.complaints.words import ComplaintKind
from field_visits.compliance.clocks.facts import (
    Act,
    ActKind,
    AnswerTerm,
    ClockFacts,
    Dated,
    Demand,
    Freeze,
    Grade,
    Moratorium,
    MoratoriumKind,
    Objection,
    Recipient,
    Unrecorded,
)
from field_visits.compliance.facts import Channel, HoldKind
from field_visits.evidence.codes import Code
from field_visits.evidence.log import LoggedEntry, entries_of_case
from field_visits.notices.models import Notice
from field_visits.notices.words import NoticeKind
from field_visits.notices.words import Recipient as Taker
from field_visits.unit_of_work import UnitOfWork
from field_visits.visits.models import Visit
from field_visits.workforce.queries import organisation_zone

# What a person signs or hands back when a letter is taken.
_SIGNED_KINDS = frozenset({"signature", "receipt"})
_WRITTEN = frozenset({Channel.ONLINE, Channel.EMAIL, Channel.LETTER, Channel.MESSAGE})
_DEMANDED = frozenset({"NOTICE_SERVED", "NOTICE_REFUSED"})
_TAKERS = {
    Taker.SELF: Recipient.SELF,
    Taker.GUARANTOR: Recipient.OTHER,
    Taker.CO_RESIDENT_ADULT: Recipient.CO_RESIDENT_ADULT,
    Taker.AUTHORISED: Recipient.AUTHORISED,
}
_UNSIGNED = frozenset({"signed_in_breach", "voided"})


def clock_facts_of(uow: UnitOfWork, case: Case) -> ClockFacts:
    """The facts of one case, whatever their dates: `ClockFacts.until` leaves out what came later.

    Careful where records leave room: a co-resident relative counts for nobody, since the house does not
    record who lives where and is of age; a demand is proved by a verified signature or receipt alone, and a
    promise by the same at its visit; a signature drawn on the collector's phone is no proof of its own (SIG-CN-2).
    """
    return _Records(uow, case).facts()


class _Records:
    """The rows and entries of one case, read once."""

    def __init__(self, uow: UnitOfWork, case: Case) -> None:
        self._uow, self._case = uow, case
        self._entries: dict[UUID, LoggedEntry] = {}
        self._told: dict[tuple[UUID, Code], list[LoggedEntry]] = defaultdict(list)
        for entry in entries_of_case(uow.session, case.id):
            self._entries[entry.id] = entry
            self._told[entry.subject_id, Code(entry.code)].append(entry)
        self._contacts = uow.session.scalars(
            select(Contact).where(Contact.case_id == case.id, Contact.state != "withdrawn")
        ).all()
        self._notices = uow.session.scalars(
            select(Notice).where(Notice.case_id == case.id, Notice.state == "served").order_by(Notice.id)
        ).all()
        self._events = uow.session.scalars(
            select(LegalEvent).where(LegalEvent.case_id == case.id, LegalEvent.state == "recorded")
        ).all()
        self._visits: Mapping[UUID, Visit] = {
            visit.id: visit for visit in uow.session.scalars(select(Visit).where(Visit.case_id == case.id))
        }
        self._signed_at: set[UUID] = set(
            uow.session.scalars(
                select(Attachment.about_id).where(
                    Attachment.case_id == case.id,
                    Attachment.state == "verified",
                    Attachment.kind.in_(_SIGNED_KINDS),
                )
            )
        )

    def facts(self) -> ClockFacts:
        demands = (*self._demands(), *self._served_demands())
        validations = tuple(self._served(NoticeKind.VALIDATION))
        acts = (*self._promises(), *self._payments(), *self._plans())
        outgoing = [one for one in self._contacts if one.direction == Direction.OUT.value]
        return ClockFacts(
            jurisdictions=jurisdictions_of(self._case.packs),
            zone=organisation_zone(self._uow).key,
            due_on=self._case.due_on,
            # Placed for collection, it was overdue, whenever it fell due.
            overdue_by=self._case.placed_on,
            demands=demands,
            acts=acts,
            initial_communications=tuple(
                self._contacted(one) for one in outgoing if ContactResult(one.result) in EFFECTIVE
            ),
            validation_sent=(
                *(dated for _, dated in validations),
                *self._happened(LegalEventKind.VALIDATION_SENT),
            ),
            validation_received=tuple(dated for notice, dated in validations if notice.is_signed),
            disputes=tuple(self._disputes()),
            verifications=tuple(self._happened(LegalEventKind.VERIFICATION_SENT)),
            oral_plans=tuple(self._happened(LegalEventKind.ORAL_PLAN)),
            moratoria=tuple(self._moratoria()),
            objections=tuple(self._objections()),
            activity=(
                *map(self._contacted, outgoing),
                *(Dated(act.evidence_id, act.at) for act in acts),
            ),
            freezes=tuple(self._freezes()),
            settled=tuple(self._settled()),
            not_recorded=frozenset() if self._case.due_on else frozenset({Unrecorded.DUE_DATE}),
        )

    def _demands(self) -> Iterable[Demand]:
        for contact in self._contacts:
            visit = self._visits.get(contact.about_id) if contact.about_id is not None else None
            if visit is not None and visit.outcome in _DEMANDED:
                first = self._first(visit.id, Code.VISIT_OUTCOME_RECORDED)
                served = first is not None and visit.outcome == "NOTICE_SERVED"
                grade = Grade.SIGNED if served and visit.id in self._signed_at else Grade.UNPROVED
                evidence = contact.evidence_id if first is None else first.evidence_id
                yield Demand(evidence, contact.at, grade, _recipient(visit.person_met))
            elif contact.channel == Channel.LETTER.value and contact.direction == Direction.OUT.value:
                arrived = contact.result == ContactResult.DELIVERED.value and contact.id in self._signed_at
                grade = Grade.ARRIVAL_PROVED if arrived else Grade.UNPROVED
                met = contact.person_met or PersonMet.SELF.value
                yield Demand(self._contacted(contact).evidence_id, contact.at, grade, _recipient(met))

    def _served(self, kind: NoticeKind) -> Iterable[tuple[Notice, Dated]]:
        for notice in self._notices:
            entry = self._first(notice.id, Code.NOTICE_SERVED)
            if notice.kind == kind.value and notice.ended_at is not None:
                evidence = notice.evidence_id if entry is None else entry.evidence_id
                yield notice, Dated(evidence, notice.ended_at)

    def _served_demands(self) -> Iterable[Demand]:
        """A signed receipt proves the arrival; a photograph alone is left to the court (art. 90)."""
        for notice, served in self._served(NoticeKind.DEMAND):
            grade = Grade.SIGNED if notice.is_signed else Grade.UNPROVED
            yield Demand(served.evidence_id, served.at, grade, _TAKERS[Taker(notice.recipient or "")])

    def _happened(self, kind: LegalEventKind) -> Iterable[Dated]:
        for event in self._events:
            if event.kind == kind.value:
                yield Dated(event.evidence_id, event.at)

    def _promises(self) -> Iterable[Act]:
        """Those that the customer gave; somebody else's bind nobody here."""
        for promise in self._uow.session.scalars(select(Promise).where(Promise.case_id == self._case.id)):
            entry = next(iter(self._told[promise.id, Code.PROMISE_RECORDED]), None)
            if promise.promised_by == PersonMet.SELF.value and entry is not None:
                cause = json.loads(entry.canonical)["cause"]
                visit = None if cause is None else self._entries.get(UUID(cause))
                signed = visit is not None and visit.subject_id in self._signed_at
                grade = Grade.SIGNED if signed else Grade.UNPROVED
                yield Act(entry.id, promise.promised_at, grade, ActKind.PROMISE)

    def _payments(self) -> Iterable[Act]:
        """Those that were seen in the ledger, at the time they were made."""
        verified = select(Payment).where(Payment.case_id == self._case.id, Payment.state == "verified")
        for payment in self._uow.session.scalars(verified):
            seen = self._first(payment.id, Code.PAYMENT_VERIFIED)
            evidence = payment.evidence_id if seen is None else seen.evidence_id
            yield Act(evidence, payment.paid_at, Grade.ARRIVAL_PROVED, ActKind.PART_PAYMENT)

    def _plans(self) -> Iterable[Act]:
        signed = select(Agreement).where(Agreement.case_id == self._case.id, Agreement.signed_at.is_not(None))
        for agreement in self._uow.session.scalars(signed):
            if agreement.signed_at is None or agreement.state in _UNSIGNED:
                continue
            entry = self._first(agreement.id, Code.AGREEMENT_SIGNED)
            proved = agreement.signing_grade == SigningGrade.STANDARD.value
            yield Act(
                agreement.evidence_id if entry is None else entry.evidence_id,
                agreement.signed_at,
                Grade.SIGNED if proved else Grade.UNPROVED,
                ActKind.PLAN,
            )

    def _disputes(self) -> Iterable[Dated]:
        """Those in writing (US-VAL-2)."""
        for complaint, received in self._received(ComplaintKind.DISPUTE):
            if Channel(complaint.channel) in _WRITTEN:
                yield received

    def _objections(self) -> Iterable[Objection]:
        clock = clock_of(self._case.packs)
        term = AnswerTerm(
            clock.rule_id,
            clock.source,
            clock.confidence,
            clock.days,
            clock.complex_days,
            clock.extension_days,
        )
        for complaint, received in self._received(ComplaintKind.COMPLAINT):
            prolonged = self._told[complaint.id, Code.COMPLAINT_PROLONGED]
            last = None if not prolonged else Dated(prolonged[-1].id, prolonged[-1].occurred_at)
            yield Objection(
                received.evidence_id,
                received.at,
                term,
                complex_since=self._first(complaint.id, Code.COMPLAINT_PROLONGED),
                extended=last if complaint.is_extended else None,
                answered=self._first(complaint.id, Code.COMPLAINT_ANSWERED),
            )

    def _received(self, kind: ComplaintKind) -> Iterable[tuple[Complaint, Dated]]:
        query = select(Complaint).where(Complaint.case_id == self._case.id, Complaint.kind == kind.value)
        for complaint in self._uow.session.scalars(query):
            entry = self._first(complaint.id, Code.COMPLAINT_RECEIVED)
            evidence = complaint.evidence_id if entry is None else entry.evidence_id
            yield complaint, Dated(evidence, complaint.received_at)

    def _moratoria(self) -> Iterable[Moratorium]:
        """A breathing space with a term is a standard one; a crisis has none until its treatment ends."""
        treated = {
            event.hold_id: Dated(event.evidence_id, event.at)
            for event in sorted(self._events, key=lambda one: one.at, reverse=True)
            if event.kind == LegalEventKind.TREATMENT_ENDED.value
        }
        query = select(ContactHold).where(
            ContactHold.case_id == self._case.id, ContactHold.kind == HoldKind.BREATHING_SPACE.value
        )
        for hold in self._uow.session.scalars(query):
            placed = self._first(hold.id, Code.CONTACT_HOLD_PLACED)
            yield Moratorium(
                hold.evidence_id if placed is None else placed.evidence_id,
                hold.since,
                MoratoriumKind.CRISIS
                if hold.expires_at is None or hold.id in treated
                else MoratoriumKind.STANDARD,
                treatment_ended=treated.get(hold.id),
                ended=self._first(hold.id, Code.CONTACT_HOLD_LIFTED),
            )

    def _freezes(self) -> Iterable[Freeze]:
        query = select(RetentionHold).where(RetentionHold.case_id == self._case.id)
        for hold in self._uow.session.scalars(query):
            placed = self._first(hold.id, Code.RETENTION_HOLD_PLACED)
            evidence = hold.evidence_id if placed is None else placed.evidence_id
            yield Freeze(evidence, hold.since, lifted=self._first(hold.id, Code.RETENTION_HOLD_LIFTED))

    def _settled(self) -> Iterable[Dated]:
        """The newest balance, where nothing is owed any more."""
        newest = self._uow.session.scalars(
            select(Balance)
            .where(Balance.case_id == self._case.id, Balance.withdrawn_at.is_(None))
            .order_by(Balance.as_of.desc(), Balance.id.desc())
            .limit(1)
        ).one_or_none()
        if newest is not None and newest.total.amount_minor == 0:
            yield Dated(newest.evidence_id, newest.as_of)

    def _contacted(self, contact: Contact) -> Dated:
        entry = self._first(contact.id, Code.CONTACT_RECORDED)
        return Dated(contact.evidence_id if entry is None else entry.evidence_id, contact.at)

    def _first(self, subject: UUID, code: Code) -> Dated | None:
        """The first entry that told this of a row; None where an import's entry told it instead."""
        entries = self._told.get((subject, code))
        return Dated(entries[0].id, entries[0].occurred_at) if entries else None


def _recipient(person_met: str | None) -> Recipient:
    return Recipient.SELF if person_met == PersonMet.SELF.value else Recipient.OTHER
