"""Lifecycles of an agreement and of the certificate that seals it.

A signature was given or was not: it is told, never refused. One that a rule or the offer's end forbade is put
to a person, who accepts or withdraws it.
"""

from field_visits.evidence.codes import Code
from field_visits.kernel.lifecycle import Lifecycle, Transition, VerbKind

AGREEMENT = Lifecycle(
    subject="agreement",
    states=(
        "drafted",
        "awaiting_approval",
        "offered",
        "signed",
        "signed_in_breach",
        "sealed",
        "running",
        "completed",
        "broken",
        "declined",
        "withdrawn",
        "superseded",
    ),
    forward=(
        "drafted",
        "awaiting_approval",
        "offered",
        "declined",
        "withdrawn",
        "superseded",
        "signed_in_breach",
        "signed",
    ),
    transitions=(
        Transition("draft", (), "drafted", Code.AGREEMENT_DRAFTED, Code.AGREEMENT_DRAFT_REFUSED),
        Transition(
            "submit",
            ("drafted",),
            "awaiting_approval",
            Code.AGREEMENT_SUBMITTED,
            Code.AGREEMENT_SUBMISSION_REFUSED,
        ),
        Transition(
            "offer",
            ("drafted", "awaiting_approval"),
            "offered",
            Code.AGREEMENT_OFFERED,
            Code.AGREEMENT_OFFER_REFUSED,
        ),
        Transition("sign", ("offered",), "signed", Code.AGREEMENT_SIGNED, None, VerbKind.WITNESS),
        Transition(
            "sign_in_breach",
            ("offered", "declined", "withdrawn", "superseded"),
            "signed_in_breach",
            Code.AGREEMENT_SIGNED_IN_BREACH,
            None,
            VerbKind.WITNESS,
        ),
        Transition(
            "accept",
            ("signed_in_breach",),
            "signed",
            Code.AGREEMENT_ACCEPTED,
            Code.AGREEMENT_ACCEPTANCE_REFUSED,
        ),
        Transition("seal", ("signed",), "sealed", Code.AGREEMENT_SEALED, Code.AGREEMENT_SEAL_REFUSED),
        Transition("start", ("sealed",), "running", Code.AGREEMENT_RUNNING, Code.AGREEMENT_START_REFUSED),
        Transition(
            "meet",
            ("running", "broken"),
            None,
            Code.AGREEMENT_INSTALMENT_MET,
            Code.AGREEMENT_INSTALMENT_REFUSED,
        ),
        Transition(
            "complete",
            ("running", "broken"),
            "completed",
            Code.AGREEMENT_COMPLETED,
            Code.AGREEMENT_COMPLETION_REFUSED,
        ),
        Transition("break", ("running",), "broken", Code.AGREEMENT_BROKEN, Code.AGREEMENT_BREAKING_REFUSED),
        Transition(
            "resume", ("broken",), "running", Code.AGREEMENT_RESUMED, Code.AGREEMENT_RESUMPTION_REFUSED
        ),
        Transition(
            "decline", ("offered",), "declined", Code.AGREEMENT_DECLINED, Code.AGREEMENT_DECLINE_REFUSED
        ),
        Transition(
            "withdraw",
            ("drafted", "awaiting_approval", "offered", "signed_in_breach"),
            "withdrawn",
            Code.AGREEMENT_WITHDRAWN,
            Code.AGREEMENT_WITHDRAWAL_REFUSED,
        ),
        Transition(
            "supersede",
            ("drafted", "awaiting_approval", "offered", "running", "broken"),
            "superseded",
            Code.AGREEMENT_SUPERSEDED,
            Code.AGREEMENT_SUPERSESSION_REFUSED,
        ),
    ),
)

SEAL_CERTIFICATE = Lifecycle(
    subject="seal_certificate",
    states=("valid", "retired"),
    transitions=(
        Transition("issue", (), "valid", Code.SEAL_CERTIFICATE_ISSUED, Code.SEAL_CERTIFICATE_REFUSED),
        Transition(
            "retire",
            ("valid",),
            "retired",
            Code.SEAL_CERTIFICATE_RETIRED,
            Code.SEAL_CERTIFICATE_RETIREMENT_REFUSED,
        ),
    ),
)
