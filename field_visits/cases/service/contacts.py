"""Attempts to reach somebody about a case, in every channel: the law counts from these rows."""

from datetime import datetime, timedelta
from uuid import UUID

from field_visits.cases import words
from field_visits.cases.judging import Bench, Question, Rules
from field_visits.cases.loading import audience, require_case
from field_visits.cases.models import Contact
from field_visits.compliance.facts import EARLIEST, Action, Channel
from field_visits.kernel.ids import CaseId, ContactId, EntryId
from field_visits.messages.service import open_alert
from field_visits.unit_of_work import Born, Refused, UnitOfWork

# How far another clock may run ahead of the server's.
CLOCK_SKEW = timedelta(minutes=10)


def record_contact(
    uow: UnitOfWork,
    case_id: CaseId,
    *,
    channel: str,
    at: datetime,
    result: str,
    direction: str = "out",
    person_met: str | None = None,
    note: str | None = None,
    about: tuple[str, UUID] | None = None,
    rules: Rules | None = None,
    caused_by: EntryId | None = None,
) -> Born[Contact] | Refused:
    """An attempt that was made stands in the case's history, lawful or not.

    With `rules` an attempt of ours is judged at its own time: what they forbade is kept as breach, with an alert.
    A visit's contact is not, since the visit itself was. `about` is the row that tells more (a visit, a notice, a message). A witness verb: no state of the case
    turns it away.

    Raises:
        NotFoundError: There is no such case.
        InvalidError: It lies in the future (more than 10 minutes), or a word is not known.
    Evidence: contact:record:recorded, as breach where the rules forbid it.
    """
    case = require_case(uow, case_id)
    if not EARLIEST <= at <= uow.now + CLOCK_SKEW:
        raise words.invalid("A contact is recorded after it happened.", "/at", "must not lie in the future")
    contact = Contact(
        id=ContactId(uow.new_id()),
        case_id=case_id,
        channel=words.word(channel, Channel, "/channel").value,
        direction=words.word(direction, words.Direction, "/direction").value,
        at=at,
        result=words.word(result, words.ContactResult, "/result").value,
        person_met=None
        if person_met is None
        else words.word(person_met, words.PersonMet, "/person_met").value,
        about_table=None if about is None else about[0],
        about_id=None if about is None else about[1],
        note=None if note is None else words.prose(note, "/note"),
    )
    decision = None
    if rules is not None and contact.direction == words.Direction.OUT.value:
        asked = Question(action=Action.CONTACT, channel=Channel(contact.channel), at=at)
        decision = Bench.load(uow, rules, [case]).judge(case_id, asked)
    outcome = uow.bear(
        contact,
        "record",
        occurred_at=at,
        decision=decision,
        cause=caused_by,
        audience=audience(case.collector_id),
    )
    if isinstance(outcome, Born) and (breach := outcome.applied.breach) is not None:
        detail = {"channel": contact.channel, "rules": breach.refusing_ids}
        open_alert(uow, contact, kind="contact_breach", detail=detail, cause=outcome.applied.receipt.entry_id)
    return outcome
