"""What customers waive: recorded with who, when and how, and withdrawn at a word (`queries`: `facts_for`)."""

from datetime import datetime

from field_visits.cases import words
from field_visits.cases.loading import audience, require, require_case
from field_visits.cases.models import Case, Consent
from field_visits.cases.service.contacts import CLOCK_SKEW
from field_visits.compliance.facts import EARLIEST, Channel, ConsentKind
from field_visits.kernel.ids import CaseId, ConsentId, EntryId
from field_visits.unit_of_work import Applied, Born, Refused, UnitOfWork

# What is kept in words as it was given; what was said needs a paper to be in writing.
WRITTEN = frozenset({Channel.MESSAGE, Channel.EMAIL, Channel.LETTER, Channel.ONLINE})


def record_consent(
    uow: UnitOfWork,
    case_id: CaseId,
    *,
    kind: str,
    channel: str,
    given_at: datetime,
    is_written: bool | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    words_given: str,
) -> Born[Consent] | Refused:
    """The customer waives this, in every case of theirs, until it is withdrawn or ends.

    Args:
        uow: The unit of work: its actor recorded it.
        case_id: The case in which it was told.
        kind: A `ConsentKind`.
        channel: How it was given.
        given_at: When.
        is_written: Whether it is in writing; what the channel says by default (209 CMR 18.17(6) asks for it).
        since: From when on it covers a visit; from now on by default.
        until: Up to when; without end by default.
        words_given: What was agreed, and where it is recorded.

    Raises:
        NotFoundError: There is no such case.
        InvalidError: A word is not known, it lies in the future, or it ends before it begins.
    Evidence: consent:record:recorded; the audience is the case's collector.
    """
    case = require_case(uow, case_id)
    way = words.word(channel, Channel, "/channel")
    if not EARLIEST <= given_at <= uow.now + CLOCK_SKEW:
        raise words.invalid(
            "A consent is recorded after it was given.", "/given_at", "must not lie in the future"
        )
    if until is not None and until <= (since or given_at):
        raise words.invalid("The consent ends before it begins.", "/until", "after its beginning")
    consent = Consent(
        id=ConsentId(uow.new_id()),
        case_id=case_id,
        kind=words.word(kind, ConsentKind, "/kind").value,
        channel=way.value,
        is_written=way in WRITTEN if is_written is None else is_written,
        given_at=given_at,
        since=since,
        until=until,
        words=words.prose(words_given, "/words"),
        withdrawn_at=None,
    )
    return uow.bear(consent, "record", occurred_at=given_at, audience=audience(case.collector_id))


def withdraw_consent(
    uow: UnitOfWork, consent_id: ConsentId, *, reason: str | None = None, caused_by: EntryId | None = None
) -> Applied | Refused:
    """The consent covers nothing any more. The customer needs no reason.

    Raises:
        NotFoundError: There is no such consent.
    Evidence: consent:record:withdrawn; the audience is the case's collector.
    """
    consent = require(uow, Consent, consent_id)
    case = uow.session.get_one(Case, consent.case_id)
    facts = {"reason": None if reason is None else words.prose(reason, "/reason")}
    return uow.apply(
        consent,
        "withdraw",
        changes={"withdrawn_at": uow.now},
        facts=facts,
        cause=caused_by,
        audience=audience(case.collector_id),
    )
