"""What the tests of agreements start from: a form, an offer, a signature, keys and a store."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from field_visits.agreements.models import Agreement
from field_visits.agreements.service.certificates import SealKey
from field_visits.agreements.service.drafting import Form, draft
from field_visits.agreements.service.offering import offer
from field_visits.agreements.service.sealing import seal_signed
from field_visits.agreements.service.signing import sign
from field_visits.agreements.terms import Method, affordability
from field_visits.cases.judging import Rules
from field_visits.cases.models import Case, ContactHold
from field_visits.cases.service.payments import report_payment, verify_payment
from field_visits.kernel.actor import Actor
from field_visits.kernel.ids import AgreementId
from field_visits.kernel.money import Money
from field_visits.unit_of_work import Applied, Born, Refused
from media.files import FileStore
from media.tickets import TicketKeys
from tests.unit.field_visits.agreements.samples import drawn
from tests.world import World, applied

RULES = Rules()
TICKETS = TicketKeys("k", {"k": b"k" * 32})
UPLOADS = "https://x.test/up"
# ¥12,000 of the world's cases in six payments of ¥2,000.
FIRST_DUE = date(2026, 12, 15)


def key(key_id: str = "0001-aaaaaaaa") -> SealKey:
    private = ec.generate_private_key(ec.SECP256R1())
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return SealKey(key_id, pem)


def store_in(folder: Path) -> FileStore:
    return FileStore(folder, keys=TICKETS, upload_url=UPLOADS)


def form(**changes: Any) -> Form:
    settings: dict[str, Any] = {
        "means": affordability(income_minor=800_000, essential_minor=550_000, currency="CNY"),
        "is_willing": True,
        "first_due_on": FIRST_DUE,
        "method": Method.BANK_TRANSFER,
        "pay_to": "示例银行还款专户",
    }
    return Form(**(settings | changes))


def drafted(world: World, case: Case, *, actor: Actor | None = None, **changes: Any) -> Agreement:
    with world.work(actor or world.supervisor) as uow:
        born = draft(uow, RULES, case.id, form(**changes))
    assert isinstance(born, Born), born
    return born.row


def offered(world: World, case: Case, **changes: Any) -> Agreement:
    agreement = drafted(world, case, **changes)
    with world.work(world.supervisor) as uow:
        applied(offer(uow, RULES, agreement.id))
    return seen(world, agreement.id)


def signs(
    world: World, agreement: Agreement, *, actor: Actor | None = None, **changes: Any
) -> Applied | Refused:
    told: dict[str, Any] = {"terms_hash": agreement.terms_hash, "language": "zh", "strokes": drawn()}
    with world.work(actor or world.collector) as uow:
        return sign(uow, RULES, agreement.id, **(told | changes))


def running(world: World, case: Case, folder: Path, **changes: Any) -> Agreement:
    agreement = offered(world, case, **changes)
    applied(signs(world, agreement))
    assert seal_signed(world.work, store_in(folder), [key()]) == 1
    return seen(world, agreement.id)


def seen(world: World, agreement_id: AgreementId) -> Agreement:
    with world.work() as uow:
        return uow.session.get_one(Agreement, agreement_id)


def holds(world: World, case: Case) -> list[tuple[str, str]]:
    """Kind and state of every contact hold of the case, in order."""
    with world.work() as uow:
        rows = uow.session.query(ContactHold).filter_by(case_id=case.id).order_by(ContactHold.id)
        return [(row.kind, row.state) for row in rows]


def pays(world: World, case: Case, amount_minor: int) -> None:
    with world.work(world.dispatcher) as uow:
        born = report_payment(
            uow, case.id, amount=Money(amount_minor, "CNY"), paid_at=uow.now, method="bank_transfer"
        )
        assert isinstance(born, Born)
        applied(verify_payment(uow, born.row.id, source="the bank's ledger"))


def days(count: int) -> timedelta:
    return timedelta(days=count)
