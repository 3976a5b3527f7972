"""Prepare a notice, and say what became of it: served, refused, or brought back."""

import re
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from field_visits.cases import words
from field_visits.cases.judging import Bench, Question, Rules
from field_visits.cases.loading import audience, require, require_case
from field_visits.cases.models import Case
from field_visits.compliance.facts import Action
from field_visits.kernel.decision import Decision
from field_visits.kernel.errors import Fault, InvalidError
from field_visits.kernel.ids import AddressId, CaseId, NoticeId
from field_visits.messages.service import open_alert
from field_visits.notices.models import Notice
from field_visits.notices.rules import check_service, grade_of
from field_visits.notices.words import Mode, NoticeKind, Recipient
from field_visits.unit_of_work import Applied, Born, Refused, UnitOfWork

_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)


def prepare(
    uow: UnitOfWork, rules: Rules, case_id: CaseId, *, kind: str, title: str, document_sha256: str
) -> Born[Notice] | Refused:
    """A document is to be served.

    Args:
        uow: The unit of work.
        rules: The released packs.
        case_id: Whom it is for.
        kind: A `NoticeKind`.
        title: How lawyers call it.
        document_sha256: The document's own hash, in hex.

    Raises:
        NotFoundError: There is no such case.
        InvalidError: The kind is unknown, the title empty, or the hash none.
    Evidence: notice:record:prepared; refused with the decision where a hold forbids serving now.
    """
    case = require_case(uow, case_id)
    if not _SHA256.fullmatch(document_sha256):
        raise InvalidError(
            "This is no SHA-256.", faults=[Fault("/document_sha256", "64 hexadecimal digits in lower case")]
        )
    notice = Notice(
        id=NoticeId(uow.new_id()),
        case_id=case_id,
        kind=words.word(kind, NoticeKind, "/kind").value,
        title=words.line(title, "/title"),
        document_sha256=document_sha256,
        prepared_at=uow.now,
        visit_id=None,
        mode=None,
        recipient=None,
        relationship=None,
        has_capacity=None,
        is_signed=None,
        photos=None,
        grade=None,
        ended_at=None,
        ended_note=None,
    )
    decision = _judge(uow, rules, case, at=None, address_id=None)
    # Hours do not matter yet: what a person has to lift does.
    hindering = decision if decision.is_refused and decision.next_lawful_at is None else None
    return uow.bear(notice, "prepare", decision=hindering, facts={"document": document_sha256})


def serve(
    uow: UnitOfWork,
    rules: Rules,
    notice_id: NoticeId,
    *,
    visit_id: UUID,
    address_id: AddressId,
    mode: str,
    recipient: str,
    relationship: str | None = None,
    has_capacity: bool | None = None,
    is_signed: bool,
    photos: Collection[str] = (),
    occurred_at: datetime | None = None,
) -> Applied | Refused:
    """It is in the hands of somebody who may take it. A witness verb, judged at its time.

    Args:
        uow: The unit of work.
        rules: The released packs.
        notice_id: Which.
        visit_id: At which visit.
        address_id: At which door.
        mode: A `Mode`.
        recipient: A `Recipient`.
        relationship: Who the recipient is to the customer, if not the party.
        has_capacity: That the recipient is an adult of full capacity was confirmed.
        is_signed: The recipient signed the receipt.
        photos: SHA-256 of photographs of receipt, envelope or door.
        occurred_at: When, as claimed; now by default.

    Raises:
        NotFoundError: There is no such notice.
        InvalidError: It cannot be served like this; the faults name the fields.
    Evidence: notice:service:made, as breach where the rules forbid it, then with an alert.
    """
    notice = require(uow, Notice, notice_id)
    handed = words.word(mode, Mode, "/mode")
    taker = words.word(recipient, Recipient, "/recipient")
    relation = words.optional_line(relationship, "/relationship")
    faults = check_service(mode=handed, recipient=taker, relationship=relation, has_capacity=has_capacity)
    if faults:
        raise InvalidError("A notice cannot be served like this.", faults=faults)
    grade = grade_of(is_signed=is_signed, photos=photos)
    case = require_case(uow, notice.case_id)
    changes = {
        "visit_id": visit_id,
        "mode": handed.value,
        "recipient": taker.value,
        "relationship": relation,
        "has_capacity": has_capacity,
        "is_signed": is_signed,
        "photos": list(photos),
        "grade": grade.value,
        "ended_at": occurred_at or uow.now,
    }
    outcome = uow.apply(
        notice,
        "serve",
        changes=changes if notice.state != "served" else {},
        facts={"recipient": taker.value, "mode": handed.value, "grade": grade.value, "visit": visit_id},
        objects=list(photos),
        decision=_judge(uow, rules, case, at=occurred_at, address_id=address_id),
        occurred_at=occurred_at,
        audience=audience(case.collector_id),
    )
    _alert_breach(uow, notice, outcome)
    return outcome


def refuse(
    uow: UnitOfWork,
    notice_id: NoticeId,
    *,
    visit_id: UUID,
    photos: Collection[str] = (),
    note: str | None = None,
    occurred_at: datetime | None = None,
) -> Applied | Refused:
    """The customer would not take it or not sign. Legal is told: a photograph and a witness may prove the try.

    Raises:
        NotFoundError: There is no such notice.
    Evidence: notice:service:declined, with an alert.
    """
    notice = require(uow, Notice, notice_id)
    told = None if note is None or not note.strip() else words.prose(note, "/note")
    changes = {
        "visit_id": visit_id,
        "photos": list(photos),
        "ended_at": occurred_at or uow.now,
        "ended_note": told,
    }
    outcome = uow.apply(
        notice,
        "refuse",
        changes=changes if notice.state == "prepared" else {},
        facts={"visit": visit_id, "photos": len(photos)},
        objects=list(photos),
        occurred_at=occurred_at,
    )
    if isinstance(outcome, Applied):
        open_alert(uow, notice, kind="notice_refused", detail={}, cause=outcome.receipt.entry_id)
    return outcome


def bring_back(uow: UnitOfWork, notice_id: NoticeId, *, reason: str) -> Applied | Refused:
    """It was not served and will not be: nobody there, moved, recalled.

    Raises:
        NotFoundError: There is no such notice.
        InvalidError: No reason is given.
    Evidence: notice:record:returned.
    """
    notice = require(uow, Notice, notice_id)
    told = words.prose(reason, "/reason")
    changes = {"ended_at": uow.now, "ended_note": told}
    return uow.apply(notice, "return", changes=changes, facts={"reason": told})


def _judge(
    uow: UnitOfWork, rules: Rules, case: Case, *, at: datetime | None, address_id: AddressId | None
) -> Decision:
    asked = Question(action=Action.SERVE_NOTICE, address_id=address_id, at=at)
    return Bench.load(uow, rules, [case]).judge(case.id, asked)


def _alert_breach(uow: UnitOfWork, notice: Notice, outcome: Applied | Refused) -> None:
    if isinstance(outcome, Applied) and outcome.breach is not None:
        detail = {"rules": outcome.breach.refusing_ids}
        open_alert(uow, notice, kind="notice_breach", detail=detail, cause=outcome.receipt.entry_id)
