"""The 22 outcomes of a visit as data: what each means, what it needs to be believed, and what it starts.

Codes are law.md's («disposition», 催记结果); they are never reused or renamed. Pure: no row, no clock. Who
was met and how identity was proved are facts of the door and are never filled in for anyone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum, StrEnum
from types import MappingProxyType

from field_visits.cases.words import ContactResult, PersonMet
from field_visits.complaints.words import ComplaintKind
from field_visits.compliance.facts import HoldKind
from field_visits.kernel.errors import Fault

SELF, GUARANTOR, RELATED, UNRELATED, NONE = (
    PersonMet.SELF,
    PersonMet.GUARANTOR,
    PersonMet.RELATED,
    PersonMet.UNRELATED,
    PersonMet.NONE,
)
# Only these may hear of the debt (CN-3P-1).
PARTIES = frozenset({SELF, GUARANTOR})
_ANYBODY = frozenset(PersonMet) - {NONE}
_ANY = frozenset(PersonMet)


class IdentityProof(StrEnum):
    """How it was known who stood there."""

    NONE = "none"
    STATED = "stated"  # said so, or somebody else said so
    DETAILS = "details"  # told details that a stranger does not know (UK-ID-1)
    CODE = "code"  # a one-time code sent to the reserved telephone number
    DOCUMENT = "document"  # an identity document was shown


class ProofLevel(IntEnum):
    """Kinds of proof by strength."""

    NONE = 0
    STATED = 1
    DETAILS = 2
    CODE = 3
    DOCUMENT = 4

    @classmethod
    def of(cls, proof: IdentityProof) -> "ProofLevel":
        return cls[proof.name]


class Chip(StrEnum):
    """The large buttons of the phone's screen; each leads to a few outcomes."""

    PROMISED = "promised"
    PAID = "paid"
    PLAN = "plan"
    CANNOT = "cannot"
    OBJECTS = "objects"
    REFUSES = "refuses"
    NOT_MET = "not_met"
    NOTICE = "notice"
    ADDRESS = "address"
    UNSAFE = "unsafe"


class End(StrEnum):
    """How a visit with this outcome ends."""

    FINISHED = "finished"
    ABORTED = "aborted"


class Need(StrEnum):
    """What must come with an outcome, by the field that brings it."""

    PROMISE = "promise"
    AGREEMENT = "agreement_id"
    PHOTO = "photos"
    NOTE = "note"


class FollowUp(StrEnum):
    """What the office does next."""

    REMIND = "remind_and_check_ledger"
    CLOSE = "receipt_and_close"
    CHECK_PAYMENT = "ask_for_voucher"
    WATCH_PLAN = "watch_instalments"
    ASSESS_PLAN = "affordability_and_approval"
    HARDSHIP_TEAM = "hardship_team"
    SPECIALIST = "specialist_review"
    VERIFY_DEBT = "verify_debt"
    FRAUD_UNIT = "fraud_unit"
    DESK_REVIEW = "desk_review"
    BLOCK_CHANNEL = "block_channel"
    COMPLAINT_CLOCK = "complaint_clock"
    LAWYER_ONLY = "contact_lawyer_only"
    REBOOK_ONCE = "rebook_once_other_slot"
    NO_REPEAT = "no_repeat_with_third_person"
    UPDATE_CLOCKS = "update_legal_clocks"
    LEGAL_REVIEW = "legal_review"
    RECHECK_ADDRESS = "lawful_address_check"
    FIX_DATA = "fix_address_data"
    ESTATE = "estate_procedure"
    SAFETY = "area_risk_and_two_person"


@dataclass(frozen=True, slots=True)
class Stop:
    """A contact hold that the outcome places. Without `expires_after` the kind's own term applies."""

    kind: HoldKind
    expires_after: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One outcome.

    Attributes:
        code: As in law.md §3c.
        zh: Its Chinese name.
        en: Its English name.
        chip: The button under which the phone shows it.
        met: Who can have been met.
        proof: The least proof of identity, asked of the customer and a guarantor.
        result: What the contact row says came of the attempt.
        follow_up: What the office does next.
        end: How the visit ends.
        needs: What must come with it.
        stop: The contact hold that it places at once.
        is_address_invalid: Nobody goes to this door again.
        is_missed: The appointment was missed, by the customer; otherwise it was kept.
        alert: The kind of alert that it opens, if it cannot wait for somebody to look.
        objection: The complaint or dispute that it starts, with its clocks and an alert of its own.
    """

    code: str
    zh: str
    en: str
    chip: Chip
    met: frozenset[PersonMet]
    proof: ProofLevel
    result: ContactResult
    follow_up: FollowUp
    end: End = End.FINISHED
    needs: frozenset[Need] = frozenset()
    stop: Stop | None = None
    is_address_invalid: bool = False
    is_missed: bool = False
    alert: str | None = None
    objection: ComplaintKind | None = None


def _needs(*needs: Need) -> frozenset[Need]:
    return frozenset(needs)


_TABLE = (
    Outcome(
        code="PTP_FULL",
        zh="承诺全额",
        en="Promised to pay in full",
        chip=Chip.PROMISED,
        met=PARTIES,
        proof=ProofLevel.DETAILS,
        result=ContactResult.REACHED,
        follow_up=FollowUp.REMIND,
        needs=_needs(Need.PROMISE),
    ),
    Outcome(
        code="PTP_PART",
        zh="承诺部分",
        en="Promised to pay a part",
        chip=Chip.PROMISED,
        met=PARTIES,
        proof=ProofLevel.DETAILS,
        result=ContactResult.REACHED,
        follow_up=FollowUp.REMIND,
        needs=_needs(Need.PROMISE),
    ),
    Outcome(
        code="PAID_VERIFIED",
        zh="已还（已核）",
        en="Paid, seen in the ledger",
        chip=Chip.PAID,
        met=PARTIES | {NONE},
        proof=ProofLevel.DETAILS,
        result=ContactResult.REACHED,
        follow_up=FollowUp.CLOSE,
    ),
    Outcome(
        code="PAID_CLAIMED",
        zh="称已还",
        en="Says it is paid",
        chip=Chip.PAID,
        met=PARTIES,
        proof=ProofLevel.STATED,
        result=ContactResult.REACHED,
        follow_up=FollowUp.CHECK_PAYMENT,
        # Whether it is owed is in question until the ledger was looked at.
        stop=Stop(HoldKind.DISPUTE, timedelta(days=3)),
    ),
    Outcome(
        code="PLAN_SIGNED",
        zh="已签分期",
        en="Instalment plan signed",
        chip=Chip.PLAN,
        met=PARTIES,
        proof=ProofLevel.CODE,
        result=ContactResult.REACHED,
        follow_up=FollowUp.WATCH_PLAN,
        # Signing places the hold `plan_running` itself (CN-PLAN-4).
        needs=_needs(Need.AGREEMENT),
    ),
    Outcome(
        code="PLAN_REQUEST",
        zh="申请分期",
        en="Asks for an instalment plan",
        chip=Chip.PLAN,
        met=PARTIES,
        proof=ProofLevel.DETAILS,
        result=ContactResult.REACHED,
        follow_up=FollowUp.ASSESS_PLAN,
        # Of all kinds this one lets a plan be offered and signed meanwhile.
        stop=Stop(HoldKind.HARDSHIP, timedelta(days=14)),
    ),
    Outcome(
        code="HARDSHIP",
        zh="经济困难",
        en="In financial hardship",
        chip=Chip.CANNOT,
        met=PARTIES,
        proof=ProofLevel.STATED,
        result=ContactResult.REACHED,
        follow_up=FollowUp.HARDSHIP_TEAM,
        needs=_needs(Need.NOTE),
        stop=Stop(HoldKind.HARDSHIP),
    ),
    Outcome(
        code="VULNERABLE",
        zh="特殊人群",
        en="Vulnerable person",
        chip=Chip.CANNOT,
        met=_ANYBODY,
        proof=ProofLevel.NONE,
        result=ContactResult.ABORTED,
        follow_up=FollowUp.SPECIALIST,
        needs=_needs(Need.NOTE),
        stop=Stop(HoldKind.VULNERABLE),
        alert="vulnerable_person",
    ),
    Outcome(
        code="DISPUTE_DEBT",
        zh="债务异议",
        en="Disputes the debt or its amount",
        chip=Chip.OBJECTS,
        met=PARTIES,
        proof=ProofLevel.STATED,
        result=ContactResult.REACHED,
        follow_up=FollowUp.VERIFY_DEBT,
        needs=_needs(Need.NOTE),
        stop=Stop(HoldKind.DISPUTE),
        objection=ComplaintKind.DISPUTE,
    ),
    Outcome(
        code="FRAUD_CLAIM",
        zh="盗刷/冒名",
        en="Says it was fraud or another person",
        chip=Chip.OBJECTS,
        met=PARTIES,
        proof=ProofLevel.STATED,
        result=ContactResult.REACHED,
        follow_up=FollowUp.FRAUD_UNIT,
        needs=_needs(Need.NOTE),
        stop=Stop(HoldKind.FRAUD),
        objection=ComplaintKind.DISPUTE,
    ),
    Outcome(
        code="REFUSE",
        zh="拒绝还款",
        en="Refuses to pay",
        chip=Chip.REFUSES,
        met=PARTIES,
        proof=ProofLevel.DETAILS,
        result=ContactResult.REACHED,
        follow_up=FollowUp.DESK_REVIEW,
    ),
    Outcome(
        code="CEASE_REQ",
        zh="要求停联",
        en="Asks for no more visits or contact",
        chip=Chip.OBJECTS,
        met=PARTIES,
        proof=ProofLevel.NONE,
        result=ContactResult.REACHED,
        follow_up=FollowUp.BLOCK_CHANNEL,
        # The wording decides what was asked for (US-CEASE-1).
        needs=_needs(Need.NOTE),
        stop=Stop(HoldKind.CEASE),
    ),
    Outcome(
        code="COMPLAINT",
        zh="投诉",
        en="Complains of conduct",
        chip=Chip.OBJECTS,
        met=_ANYBODY,
        proof=ProofLevel.NONE,
        result=ContactResult.REACHED,
        follow_up=FollowUp.COMPLAINT_CLOCK,
        needs=_needs(Need.NOTE),
        objection=ComplaintKind.COMPLAINT,
    ),
    Outcome(
        code="LAWYER",
        zh="律师代理",
        en="Represented by a lawyer",
        chip=Chip.OBJECTS,
        met=PARTIES | {RELATED},
        proof=ProofLevel.NONE,
        result=ContactResult.REACHED,
        follow_up=FollowUp.LAWYER_ONLY,
        needs=_needs(Need.NOTE),
        stop=Stop(HoldKind.REPRESENTED),
    ),
    Outcome(
        code="NOBODY_HOME",
        zh="无人",
        en="Nobody answered",
        chip=Chip.NOT_MET,
        met=frozenset({NONE}),
        proof=ProofLevel.NONE,
        result=ContactResult.NOBODY,
        follow_up=FollowUp.REBOOK_ONCE,
        is_missed=True,
    ),
    Outcome(
        code="TP_MET",
        zh="见第三人",
        en="Only another person was met",
        chip=Chip.NOT_MET,
        met=frozenset({RELATED, UNRELATED}),
        proof=ProofLevel.NONE,
        result=ContactResult.THIRD_PARTY,
        follow_up=FollowUp.NO_REPEAT,
        is_missed=True,
    ),
    Outcome(
        code="NOTICE_SERVED",
        zh="已送达",
        en="Notice served",
        chip=Chip.NOTICE,
        # CN-LIM-3: a co-resident adult relative may sign; the envelope is sealed and says nothing.
        met=PARTIES | {RELATED},
        proof=ProofLevel.STATED,
        result=ContactResult.DELIVERED,
        follow_up=FollowUp.UPDATE_CLOCKS,
        needs=_needs(Need.PHOTO),
    ),
    Outcome(
        code="NOTICE_REFUSED",
        zh="拒收",
        en="Would not take or sign the notice",
        chip=Chip.NOTICE,
        met=PARTIES | {RELATED},
        proof=ProofLevel.NONE,
        result=ContactResult.REFUSED,
        follow_up=FollowUp.LEGAL_REVIEW,
        needs=_needs(Need.PHOTO),
    ),
    Outcome(
        code="MOVED",
        zh="已搬离",
        en="Has moved away",
        chip=Chip.ADDRESS,
        met=frozenset({RELATED, UNRELATED, NONE}),
        proof=ProofLevel.NONE,
        result=ContactResult.UNDELIVERED,
        follow_up=FollowUp.RECHECK_ADDRESS,
        # Who said so, or what was seen.
        needs=_needs(Need.NOTE),
        is_address_invalid=True,
        is_missed=True,
    ),
    Outcome(
        code="WRONG_ADDR",
        zh="地址错误",
        en="No such place or person",
        chip=Chip.ADDRESS,
        met=frozenset({UNRELATED, NONE}),
        proof=ProofLevel.NONE,
        result=ContactResult.UNDELIVERED,
        follow_up=FollowUp.FIX_DATA,
        needs=_needs(Need.NOTE),
        is_address_invalid=True,
        is_missed=True,
    ),
    Outcome(
        code="DECEASED",
        zh="身故",
        en="Reported dead",
        chip=Chip.NOT_MET,
        met=frozenset({GUARANTOR, RELATED, UNRELATED, NONE}),
        proof=ProofLevel.NONE,
        result=ContactResult.THIRD_PARTY,
        follow_up=FollowUp.ESTATE,
        needs=_needs(Need.NOTE),
        stop=Stop(HoldKind.DECEASED),
        is_missed=True,
    ),
    Outcome(
        code="UNSAFE_ABORT",
        zh="安全撤离",
        en="Left for safety",
        chip=Chip.UNSAFE,
        met=_ANY,
        proof=ProofLevel.NONE,
        result=ContactResult.ABORTED,
        follow_up=FollowUp.SAFETY,
        end=End.ABORTED,
        alert="unsafe",
    ),
)

OUTCOMES: Mapping[str, Outcome] = MappingProxyType({outcome.code: outcome for outcome in _TABLE})
UNSAFE_ABORT = OUTCOMES["UNSAFE_ABORT"]


def may_hear_of_debt(person_met: str) -> bool:
    """Whether the debt may be spoken of with this person at all (CN-3P-1, US-3P-1, UK-ID-1)."""
    return person_met in PARTIES


def check_person(person_met: str | None, identity_proof: str | None) -> list[Fault]:
    """What is wrong with the words about the person at the door; both must be said, «none» included."""
    faults = []
    if person_met is None:
        faults.append(Fault("/person_met", f"say who was met: one of {_listed(PersonMet)}"))
    elif person_met not in set(PersonMet):
        faults.append(Fault("/person_met", f"one of {_listed(PersonMet)}"))
    if identity_proof is None:
        faults.append(
            Fault("/identity_proof", f"say how identity was proved: one of {_listed(IdentityProof)}")
        )
    elif identity_proof not in set(IdentityProof):
        faults.append(Fault("/identity_proof", f"one of {_listed(IdentityProof)}"))
    elif person_met == NONE and identity_proof != IdentityProof.NONE:
        faults.append(Fault("/identity_proof", "nobody was met, so nobody's identity was proved: none"))
    return faults


def check_outcome(
    code: str | None,
    *,
    person_met: str | None,
    identity_proof: str | None,
    brought: frozenset[Need],
) -> list[Fault]:
    """Everything that keeps this outcome from being true as told; empty if nothing does.

    `brought` says what came with it. A promise or an agreement that the outcome does not have is a fault
    too: it would be told twice, or of another visit.
    """
    faults = check_person(person_met, identity_proof)
    if code is None or code not in OUTCOMES:
        faults.append(Fault("/outcome", f"one of {', '.join(OUTCOMES)}"))
        return faults
    outcome = OUTCOMES[code]
    if not faults and person_met is not None and identity_proof is not None:
        person, proof = PersonMet(person_met), ProofLevel.of(IdentityProof(identity_proof))
        if person not in outcome.met:
            able = _listed(one for one in PersonMet if one in outcome.met)
            faults.append(Fault("/person_met", f"with {code} one of {able}"))
        elif person in PARTIES and proof < outcome.proof:
            able = _listed(one for one in IdentityProof if ProofLevel.of(one) >= outcome.proof)
            faults.append(Fault("/identity_proof", f"with {code} one of {able}"))
        elif code == "NOTICE_SERVED" and proof < outcome.proof:
            # Kinship and capacity of whoever signs for a notice are part of its proof (CN-LIM-3).
            faults.append(Fault("/identity_proof", "who took the notice must at least be stated"))
    faults += [Fault(f"/{need}", f"required with {code}") for need in Need if need in outcome.needs - brought]
    faults += [
        Fault(f"/{need}", f"does not belong to {code}")
        for need in (Need.PROMISE, Need.AGREEMENT)
        if need in brought - outcome.needs
    ]
    return faults


def _listed(words: Iterable[str]) -> str:
    return ", ".join(str(word) for word in words)
