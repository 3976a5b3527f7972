"""From what the customer can afford to exact terms that wait to be offered."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from field_visits.agreements.authority import authority_of
from field_visits.agreements.document import check_glyphs
from field_visits.agreements.loading import customer_of, load, local_day, organisation_of
from field_visits.agreements.models import Agreement
from field_visits.agreements.terms import (
    Affordability,
    Cycle,
    Debt,
    Method,
    propose,
    terms_as_json,
    terms_hash,
)
from field_visits.agreements.wording import Language
from field_visits.cases.judging import Rules, book_of
from field_visits.cases.loading import audience, require_case
from field_visits.cases.models import Balance
from field_visits.cases.service.work import latest_balance
from field_visits.kernel.errors import Fault, InvalidError
from field_visits.kernel.ids import AgreementId, CaseId, VisitId
from field_visits.kernel.money import Money
from field_visits.unit_of_work import Applied, Born, Move, Refused, UnitOfWork

# Where no pack limits the term: longer, and nobody can say what the customer's life will be.
HOUSE_MONTHS: Final = 60
# Art. 70 of the credit-card measures holds the cap and the gate alike: CN-PLAN-2, CN-PLAN-1 and the promise
# of the fourth block (CN-PLAN-3) come together.
ARTICLE_70: Final = "CN-PLAN-2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What the customer said: the affordability form and the plan that was asked for.

    `is_willing` is the customer's own wish for a plan (CN-PLAN-1). Without `count` the shortest plan that can be
    afforded is taken. Days are of the organisation's zone.
    """

    means: Affordability
    is_willing: bool
    first_due_on: date
    method: Method
    pay_to: str
    cycle: Cycle = Cycle.MONTHLY
    count: int | None = None
    annual_rate_bp: int = 0
    fees_continue: bool = False
    grace_days: int = 10
    languages: tuple[Language, ...] = ("zh", "en")


def draft(
    uow: UnitOfWork, rules: Rules, case_id: CaseId, form: Form, *, visit_id: VisitId | None = None
) -> Born[Agreement] | Refused:
    """The shortest lawful plan that the customer can afford stands as exact terms, offered to nobody yet.

    The debt is the balance as last known; the longest term is the strictest of the packs that bind the case.

    Raises:
        NotFoundError: There is no such case.
        InvalidError: No plan can be made of these figures, no balance is known, or a name cannot be printed;
            `faults` say what would help.
    Evidence: agreement:terms:drafted, refused where the case is not open.
    """
    case = require_case(uow, case_id)
    organisation, customer = organisation_of(uow), customer_of(uow, case)
    today = local_day(organisation, uow.now)
    check_glyphs({"name": customer.name or ""}, "/customer")
    book = book_of(uow, rules, case, today)
    is_under_article_70 = any(rule.id == ARTICLE_70 for rule in book.rules)
    terms = propose(
        _debt(latest_balance(uow, case_id)),
        form.means,
        reference=case.reference,
        creditor=case.creditor,
        agreed_from=today,
        first_due_on=form.first_due_on,
        cycle=form.cycle,
        max_months=book.limit("plan_months") or HOUSE_MONTHS,
        is_willing=form.is_willing,
        method=form.method,
        pay_to=form.pay_to,
        languages=form.languages,
        count=form.count,
        annual_rate_bp=form.annual_rate_bp,
        fees_continue=form.fees_continue,
        must_exceed_means=is_under_article_70,
        promises_no_new_card=is_under_article_70,
        grace_days=form.grace_days,
    )
    check_glyphs({"pay_to": form.pay_to, "creditor": case.creditor, "reference": case.reference})
    agreement = Agreement(
        id=AgreementId(uow.new_id()),
        case_id=case_id,
        visit_id=visit_id,
        language=form.languages[0],
        terms=terms_as_json(terms),
        terms_hash=terms_hash(terms),
        currency=terms.currency,
        total_minor=terms.total_payable.amount_minor,
        grace_days=form.grace_days,
        offered_at=None,
        offer_expires_at=None,
        approved_by=None,
        signed_at=None,
        signing_not_before=None,
        signing_received_at=None,
        signing_zone=None,
        signing_method=None,
        signing_grade=None,
        strokes=None,
        strokes_hash=None,
        witnessed_by=None,
        document_sha256=None,
        document_key=None,
        sealed_sha256=None,
        sealed_key=None,
        sealed_at=None,
    )
    if case.state != "open":
        return uow.refuse(Move(agreement, "draft"), f"No plan can be made for a case that is {case.state}.")
    return uow.bear(
        agreement,
        "draft",
        facts={"affordability": form.means.as_json(), "is_willing": form.is_willing},
        audience=audience(case.collector_id),
    )


def submit(uow: UnitOfWork, agreement_id: AgreementId, *, note: str | None = None) -> Applied | Refused:
    """The plan waits for somebody whose authority reaches that far. `note` tells them why it is right.

    Raises:
        NotFoundError: There is no such agreement.
    Evidence: agreement:approval:requested.
    """
    loaded = load(uow, agreement_id)
    authority = authority_of(uow.actor)
    return uow.apply(
        loaded.agreement,
        "submit",
        facts={"note": note, "why": authority.objection(loaded.terms) if authority else None},
        audience=audience(loaded.case.collector_id),
    )


def _debt(balance: Balance | None) -> Debt:
    if balance is None:
        raise InvalidError(
            "It is not known what is owed.",
            faults=[Fault("/case", "has no balance; import or enter it, then draft again.")],
        )
    return debt_of(balance)


def debt_of(balance: Balance) -> Debt:
    """A balance in the three parts that terms are made of."""
    return Debt(
        principal=Money(balance.principal_minor, balance.currency),
        interest=Money(balance.interest_minor, balance.currency),
        fees=Money(balance.fees_minor, balance.currency),
    )
