"""The second factor of a person: setting up a code generator, recovery codes, removing it."""

from typing import Any
from uuid import UUID

from flask.views import MethodView

from api.house import current_house
from api.identity import schemas
from api.identity.blueprint import blueprint
from api.identity.people import user_in_reach
from api.requests import reads, settle, writes
from api.work import current_uow
from field_visits.identity import second_factor
from field_visits.identity.models import User
from field_visits.identity.sign_in import prove_factor, prove_password


@blueprint.resource("/users/<uuid:user_id>/second-factor")
class SecondFactor(MethodView):
    @reads("second_factor:read")
    @blueprint.gives(200, schemas.SecondFactorSchema)
    def get(self, user_id: UUID) -> dict[str, Any]:
        """Show whether a person has a second factor, and how many recovery codes are left."""
        user = user_in_reach(user_id)
        left = second_factor.recovery_codes_left(current_uow().session, user.id)
        return {"is_enrolled": user.has_second_factor, "recovery_codes_left": left}

    @writes("user:enrol_factor", shows_secret=True, errors=(429,))
    @blueprint.takes(schemas.EnrolmentCreateSchema)
    @blueprint.gives(200, schemas.EnrolmentSchema)
    def post(self, told: dict[str, Any], user_id: UUID) -> second_factor.Enrolment:
        """Begin to set up one's own code generator; it counts once a code of it is confirmed."""
        house, user = current_house(), user_in_reach(user_id)
        prove_password(house.door, current_uow(), user, told["current_password"])
        return settle(second_factor.begin_enrolment(current_uow(), user, seals=house.keys.seals))


@blueprint.resource("/users/<uuid:user_id>/second-factor/confirm")
class SecondFactorConfirmation(MethodView):
    @writes("user:enrol_factor", shows_secret=True)
    @blueprint.takes(schemas.FactorCodeSchema)
    @blueprint.gives(200, schemas.RecoveryCodesSchema)
    def post(self, told: dict[str, Any], user_id: UUID) -> dict[str, Any]:
        """Confirm the code generator by a code of it; every other session of the person ends."""
        keys = current_house().keys
        codes = settle(
            second_factor.confirm_enrolment(
                current_uow(), user_in_reach(user_id), told["code"], seals=keys.seals, keys=keys.tokens
            )
        )
        return {"recovery_codes": codes}


@blueprint.resource("/users/<uuid:user_id>/second-factor/remove")
class SecondFactorRemoval(MethodView):
    @writes("user:remove_factor", errors=(429,))
    @blueprint.takes(schemas.FactorRemovalSchema)
    @blueprint.gives(200, schemas.UserSchema)
    def post(self, told: dict[str, Any], user_id: UUID) -> User:
        """Remove a second factor: one's own with a code of it, another's (a lost phone) as administrator."""
        uow, user = current_uow(), user_in_reach(user_id)
        if user.id == uow.actor.user and user.has_second_factor:
            prove_factor(current_house().door, uow, user, told["code"] or "")
        settle(second_factor.remove(uow, user))
        return user


@blueprint.resource("/users/<uuid:user_id>/recovery-codes")
class RecoveryCodes(MethodView):
    @writes("recovery_code:issue", shows_secret=True, errors=(429,))
    @blueprint.takes(schemas.FactorCodeSchema)
    @blueprint.gives(200, schemas.RecoveryCodesSchema)
    def post(self, told: dict[str, Any], user_id: UUID) -> dict[str, Any]:
        """Make fresh recovery codes for oneself; the old ones open nothing any more."""
        uow, house, user = current_uow(), current_house(), user_in_reach(user_id)
        prove_factor(house.door, uow, user, told["code"])
        return {"recovery_codes": second_factor.issue_recovery_codes(uow, user, keys=house.keys.tokens)}
