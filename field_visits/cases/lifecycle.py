"""Lifecycles of customers, addresses, cases and what hangs on a case.

`withdraw` takes back what was never meant, `restore` gives back what an import changed: both by its undoing.
"""

from field_visits.evidence.codes import Code
from field_visits.kernel.lifecycle import Lifecycle, Transition, VerbKind

CUSTOMER = Lifecycle(
    subject="customer",
    states=("known", "withdrawn"),
    transitions=(
        Transition("record", (), "known", Code.CUSTOMER_RECORDED, Code.CUSTOMER_RECORD_REFUSED),
        Transition("update", ("known",), None, Code.CUSTOMER_UPDATED, Code.CUSTOMER_UPDATE_REFUSED),
        Transition(
            "withdraw", ("known",), "withdrawn", Code.CUSTOMER_WITHDRAWN, Code.CUSTOMER_WITHDRAWAL_REFUSED
        ),
        Transition("restore", ("known",), None, Code.CUSTOMER_RESTORED, Code.CUSTOMER_RESTORATION_REFUSED),
    ),
)

ADDRESS = Lifecycle(
    subject="address",
    states=("usable", "invalid", "withdrawn"),
    transitions=(
        Transition("add", (), "usable", Code.ADDRESS_ADDED, Code.ADDRESS_ADDITION_REFUSED),
        Transition("pin", ("usable",), None, Code.ADDRESS_PINNED, Code.ADDRESS_PIN_REFUSED),
        Transition(
            "invalidate", ("usable",), "invalid", Code.ADDRESS_INVALIDATED, Code.ADDRESS_INVALIDATION_REFUSED
        ),
        Transition(
            "withdraw",
            ("usable", "invalid"),
            "withdrawn",
            Code.ADDRESS_WITHDRAWN,
            Code.ADDRESS_WITHDRAWAL_REFUSED,
        ),
        Transition(
            "restore", ("invalid",), "usable", Code.ADDRESS_RESTORED, Code.ADDRESS_RESTORATION_REFUSED
        ),
    ),
)

CASE = Lifecycle(
    subject="case",
    states=("open", "closed", "recalled", "withdrawn"),
    transitions=(
        Transition("open", (), "open", Code.CASE_OPENED, Code.CASE_OPENING_REFUSED),
        Transition("update", ("open",), None, Code.CASE_UPDATED, Code.CASE_UPDATE_REFUSED),
        Transition("assign", ("open",), None, Code.CASE_ASSIGNED, Code.CASE_ASSIGNMENT_REFUSED),
        Transition("approach", ("open",), None, Code.CASE_CONTACT_CLEARED, Code.CASE_CONTACT_REFUSED),
        Transition("approve_expired", ("open",), None, Code.CASE_EXPIRED_APPROVED, Code.CASE_EXPIRED_REFUSED),
        Transition("close", ("open",), "closed", Code.CASE_CLOSED, Code.CASE_CLOSING_REFUSED),
        Transition("recall", ("open",), "recalled", Code.CASE_RECALLED, Code.CASE_RECALL_REFUSED),
        Transition("withdraw", ("open",), "withdrawn", Code.CASE_WITHDRAWN, Code.CASE_WITHDRAWAL_REFUSED),
        Transition("restore", ("open",), None, Code.CASE_RESTORED, Code.CASE_RESTORATION_REFUSED),
    ),
)

IMPORT = Lifecycle(
    subject="import",
    states=("applied", "undone"),
    transitions=(
        Transition("apply", (), "applied", Code.IMPORT_APPLIED, Code.IMPORT_REFUSED),
        Transition("undo", ("applied",), "undone", Code.IMPORT_UNDONE, Code.IMPORT_UNDO_REFUSED),
    ),
)

CONTACT = Lifecycle(
    subject="contact",
    states=("recorded", "withdrawn"),
    forward=("recorded",),
    transitions=(
        Transition("record", (), "recorded", Code.CONTACT_RECORDED, Code.CONTACT_REFUSED, VerbKind.WITNESS),
        Transition(
            "withdraw", ("recorded",), "withdrawn", Code.CONTACT_WITHDRAWN, Code.CONTACT_WITHDRAWAL_REFUSED
        ),
    ),
)

CONSENT = Lifecycle(
    subject="consent",
    states=("given", "withdrawn", "retracted"),
    transitions=(
        Transition("record", (), "given", Code.CONSENT_RECORDED, Code.CONSENT_REFUSED),
        Transition(
            "withdraw", ("given",), "withdrawn", Code.CONSENT_WITHDRAWN, Code.CONSENT_WITHDRAWAL_REFUSED
        ),
        # A file had told it, and that was undone: it is not the customer who takes it back.
        Transition(
            "retract", ("given",), "retracted", Code.CONSENT_RETRACTED, Code.CONSENT_RETRACTION_REFUSED
        ),
    ),
)

LEGAL_EVENT = Lifecycle(
    subject="legal_event",
    states=("recorded", "withdrawn"),
    transitions=(
        Transition("record", (), "recorded", Code.LEGAL_EVENT_RECORDED, Code.LEGAL_EVENT_REFUSED),
        Transition(
            "withdraw",
            ("recorded",),
            "withdrawn",
            Code.LEGAL_EVENT_WITHDRAWN,
            Code.LEGAL_EVENT_WITHDRAWAL_REFUSED,
        ),
    ),
)

CONTACT_HOLD = Lifecycle(
    subject="contact_hold",
    states=("active", "lifted", "expired"),
    transitions=(
        Transition("place", (), "active", Code.CONTACT_HOLD_PLACED, Code.CONTACT_HOLD_PLACING_REFUSED),
        Transition(
            "extend", ("active",), None, Code.CONTACT_HOLD_EXTENDED, Code.CONTACT_HOLD_EXTENSION_REFUSED
        ),
        Transition(
            "lift", ("active",), "lifted", Code.CONTACT_HOLD_LIFTED, Code.CONTACT_HOLD_LIFTING_REFUSED
        ),
        Transition(
            "expire", ("active",), "expired", Code.CONTACT_HOLD_EXPIRED, Code.CONTACT_HOLD_EXPIRY_REFUSED
        ),
    ),
)

RETENTION_HOLD = Lifecycle(
    subject="retention_hold",
    states=("active", "lifted"),
    transitions=(
        Transition("place", (), "active", Code.RETENTION_HOLD_PLACED, Code.RETENTION_HOLD_PLACING_REFUSED),
        Transition(
            "lift", ("active",), "lifted", Code.RETENTION_HOLD_LIFTED, Code.RETENTION_HOLD_LIFTING_REFUSED
        ),
    ),
)

PAYMENT = Lifecycle(
    subject="payment",
    states=("reported", "verified", "rejected", "withdrawn"),
    transitions=(
        Transition("report", (), "reported", Code.PAYMENT_REPORTED, Code.PAYMENT_REPORT_REFUSED),
        Transition(
            "verify", ("reported",), "verified", Code.PAYMENT_VERIFIED, Code.PAYMENT_VERIFICATION_REFUSED
        ),
        Transition(
            "reject", ("reported",), "rejected", Code.PAYMENT_REJECTED, Code.PAYMENT_REJECTION_REFUSED
        ),
        Transition(
            "withdraw",
            ("reported", "verified"),
            "withdrawn",
            Code.PAYMENT_WITHDRAWN,
            Code.PAYMENT_WITHDRAWAL_REFUSED,
        ),
        Transition(
            "restore", ("verified",), "reported", Code.PAYMENT_RESTORED, Code.PAYMENT_RESTORATION_REFUSED
        ),
    ),
)

PROMISE = Lifecycle(
    subject="promise",
    states=("open", "kept", "broken", "released"),
    forward=("open",),
    transitions=(
        Transition("record", (), "open", Code.PROMISE_RECORDED, None, VerbKind.WITNESS),
        Transition("keep", ("open",), "kept", Code.PROMISE_KEPT, Code.PROMISE_KEEPING_REFUSED),
        Transition("break", ("open",), "broken", Code.PROMISE_BROKEN, Code.PROMISE_BREAKING_REFUSED),
        Transition("release", ("open",), "released", Code.PROMISE_RELEASED, Code.PROMISE_RELEASE_REFUSED),
    ),
)
