"""Instalment plans: drafted from what the customer can afford, offered, signed, and their documents."""

from typing import Any
from uuid import UUID

from flask import Response
from flask.views import MethodView

from api.agreements.schemas import (
    AgreementDraft,
    AgreementReason,
    AgreementSchema,
    AgreementTextSchema,
    DeclineSchema,
    InstalmentSchema,
    LanguageQuery,
    OfferSchema,
    SealCertificateSchema,
    SignatureSchema,
    SubmissionSchema,
    list_of,
)
from api.blueprints import Blueprint
from api.house import current_house
from api.requests import reads, settle, writes
from api.work import current_scope, current_uow
from field_visits.agreements import queries
from field_visits.agreements.models import Agreement
from field_visits.agreements.service import drafting, offering, opening, signing, watching
from field_visits.agreements.terms import affordability
from field_visits.cases.models import Case
from field_visits.cases.queries import require_visible
from field_visits.compliance.facts import Channel
from field_visits.identity.permissions import Scope
from field_visits.kernel.ids import AgreementId, CaseId, VisitId
from field_visits.visits.queries import is_at_the_door

blueprint = Blueprint("agreements", __name__, description="Instalment plans that the customer can afford.")


def seen(agreement_id: UUID) -> Agreement:
    """The agreement, if the caller's permission for this route reaches its case."""
    agreement = queries.get_agreement(current_uow(), AgreementId(agreement_id))
    reached(agreement.case_id)
    return agreement


def reached(case_id: CaseId) -> Case:
    """The case, if the caller's permission reaches it, or if it is the one at whose door the caller stands.

    Whoever visits in somebody else's place works out and witnesses a plan all the same.
    """
    uow = current_uow()
    at_the_door = current_scope() is Scope.OWN and is_at_the_door(uow, case_id)
    return require_visible(uow, case_id, scope=None if at_the_door else current_scope())


@blueprint.resource("/cases/<uuid:case_id>/agreements")
class CaseAgreements(MethodView):
    @reads("agreement:read")
    @blueprint.gives(200, list_of(AgreementSchema))
    def get(self, case_id: UUID) -> dict[str, Any]:
        """The agreements of a case, oldest first."""
        case = reached(CaseId(case_id))
        return {"items": queries.list_agreements(current_uow(), case.id)}

    @writes("agreement:draft")
    @blueprint.takes(AgreementDraft)
    @blueprint.gives(201, AgreementSchema)
    def post(self, asked: dict[str, Any], case_id: UUID) -> Any:
        """The shortest lawful plan that the customer can afford stands as exact terms, offered to nobody yet."""
        uow = current_uow()
        case = reached(CaseId(case_id))
        visit_id = asked.pop("visit_id")
        form = drafting.Form(
            means=affordability(**asked.pop("affordability")),
            languages=tuple(asked.pop("languages")),
            **asked,
        )
        born = settle(
            drafting.draft(
                uow,
                current_house().rules,
                case.id,
                form,
                visit_id=None if visit_id is None else VisitId(visit_id),
            )
        )
        return born.row, 201, {"Location": f"/v1/agreements/{born.row.id}"}


@blueprint.resource("/agreements/<uuid:agreement_id>")
class OneAgreement(MethodView):
    @reads("agreement:read")
    @blueprint.gives(200, AgreementSchema)
    def get(self, agreement_id: UUID) -> Agreement:
        """One agreement with its instalments as the terms have them."""
        return seen(agreement_id)


@blueprint.resource("/agreements/<uuid:agreement_id>/instalments")
class Instalments(MethodView):
    @reads("agreement:read")
    @blueprint.gives(200, list_of(InstalmentSchema))
    def get(self, agreement_id: UUID) -> dict[str, Any]:
        """The instalments of a signed plan and when each was met; none before the signature."""
        agreement = seen(agreement_id)
        return {"items": queries.list_instalments(current_uow(), agreement.id)}


@blueprint.resource("/agreements/<uuid:agreement_id>/text")
class AgreementText(MethodView):
    @reads("agreement:read")
    @blueprint.takes(LanguageQuery, location="query")
    @blueprint.gives(200, AgreementTextSchema)
    def get(self, query: dict[str, Any], agreement_id: UUID) -> dict[str, Any]:
        """The exact text that the customer agrees to; its last line is the hash that the signature names."""
        agreement = seen(agreement_id)
        return {
            "language": query["language"] or agreement.language,
            "terms_hash": agreement.terms_hash,
            "text": queries.text_of(agreement, query["language"]),
        }


@blueprint.resource("/agreements/<uuid:agreement_id>/document")
class AgreementDocument(MethodView):
    @reads("agreement:read")
    @blueprint.gives(200, {"type": "string", "format": "binary"}, content_type="application/pdf")
    def get(self, agreement_id: UUID) -> Response:
        """The PDF: sealed once it is signed, before that an offer marked as unsigned.

        That a sealed original was opened stands in the log, and whatever legal opens.
        """
        agreement = seen(agreement_id)
        content = opening.open_document(current_uow(), current_house().objects, agreement)
        response = Response(content, mimetype="application/pdf")
        response.headers["Content-Disposition"] = f'inline; filename="agreement-{agreement.id}.pdf"'
        response.headers["Cache-Control"] = "no-store"
        return response


@blueprint.resource("/agreements/<uuid:agreement_id>/submission")
class Submission(MethodView):
    @writes("agreement:submit")
    @blueprint.takes(SubmissionSchema)
    @blueprint.gives(200, AgreementSchema)
    def post(self, told: dict[str, Any], agreement_id: UUID) -> Agreement:
        """The draft waits for somebody whose authority reaches that far."""
        agreement = seen(agreement_id)
        settle(drafting.submit(current_uow(), agreement.id, note=told["note"]))
        return agreement


@blueprint.resource("/agreements/<uuid:agreement_id>/offer")
class Offer(MethodView):
    @writes("agreement:offer")
    @blueprint.takes(OfferSchema)
    @blueprint.gives(200, AgreementSchema)
    def post(self, told: dict[str, Any], agreement_id: UUID) -> Agreement:
        """The terms may be signed until the offer ends; phones of the case's collector carry them."""
        agreement = seen(agreement_id)
        settle(
            offering.offer(
                current_uow(),
                current_house().rules,
                agreement.id,
                channel=Channel(told["channel"]),
                expires_at=told["expires_at"],
            )
        )
        return agreement


@blueprint.resource("/agreements/<uuid:agreement_id>/signature")
class Signature(MethodView):
    @writes("agreement:sign")
    @blueprint.takes(SignatureSchema)
    @blueprint.gives(200, AgreementSchema)
    def post(self, told: dict[str, Any], agreement_id: UUID) -> Agreement:
        """The customer signed on the caller's phone: on exactly these terms, or nothing is signed.

        A hold or an offer that is over does not undo a signature: the state is then `signed_in_breach`, and a
        person decides.
        """
        agreement = seen(agreement_id)
        visit_id = told.pop("visit_id")
        settle(
            signing.sign(
                current_uow(),
                current_house().rules,
                agreement.id,
                visit_id=None if visit_id is None else VisitId(visit_id),
                **told,
            )
        )
        return agreement


@blueprint.resource("/agreements/<uuid:agreement_id>/acceptance")
class Acceptance(MethodView):
    @writes("agreement:accept")
    @blueprint.takes(AgreementReason)
    @blueprint.gives(200, AgreementSchema)
    def post(self, told: dict[str, Any], agreement_id: UUID) -> Agreement:
        """A signature given in breach stands, after a person has looked at it."""
        agreement = seen(agreement_id)
        settle(signing.accept(current_uow(), agreement.id, reason=told["reason"]))
        return agreement


@blueprint.resource("/agreements/<uuid:agreement_id>/refusal")
class Decline(MethodView):
    @writes("agreement:decline")
    @blueprint.takes(DeclineSchema)
    @blueprint.gives(200, AgreementSchema)
    def post(self, told: dict[str, Any], agreement_id: UUID) -> Agreement:
        """The customer does not want this plan; that has no consequence of its own."""
        agreement = seen(agreement_id)
        settle(offering.decline(current_uow(), agreement.id, reason=told["reason"]))
        return agreement


@blueprint.resource("/agreements/<uuid:agreement_id>/withdrawal")
class Withdrawal(MethodView):
    @writes("agreement:withdraw")
    @blueprint.takes(AgreementReason)
    @blueprint.gives(200, AgreementSchema)
    def post(self, told: dict[str, Any], agreement_id: UUID) -> Agreement:
        """The organisation takes the terms back; a signature given in breach is void and its hold lifted."""
        agreement = seen(agreement_id)
        settle(offering.withdraw(current_uow(), agreement.id, reason=told["reason"]))
        return agreement


@blueprint.resource("/agreements/<uuid:agreement_id>/supersession")
class Supersession(MethodView):
    @writes("agreement:supersede")
    @blueprint.takes(AgreementReason)
    @blueprint.gives(200, AgreementSchema)
    def post(self, told: dict[str, Any], agreement_id: UUID) -> Agreement:
        """Other terms take the place of these; a running plan's hold is lifted."""
        agreement = seen(agreement_id)
        settle(offering.supersede(current_uow(), agreement.id, reason=told["reason"]))
        return agreement


@blueprint.resource("/agreements/<uuid:agreement_id>/resumption")
class Resumption(MethodView):
    @writes("agreement:resume")
    @blueprint.takes(AgreementReason)
    @blueprint.gives(200, AgreementSchema)
    def post(self, told: dict[str, Any], agreement_id: UUID) -> Agreement:
        """A broken plan runs again, and collection stops again."""
        agreement = seen(agreement_id)
        settle(watching.resume(current_uow(), agreement.id, reason=told["reason"]))
        return agreement


@blueprint.resource("/seal-certificates")
class SealCertificates(MethodView):
    @reads("agreement:read")
    @blueprint.gives(200, list_of(SealCertificateSchema))
    def get(self) -> dict[str, Any]:
        """Every certificate that ever sealed for the organisation; the log shows each from its first use."""
        return {"items": queries.list_certificates(current_uow())}
