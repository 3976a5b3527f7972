"""The rules in force: which packs, which figures, whose sources, and what the organisation set itself."""

from typing import Any

from flask.views import MethodView

from api.blueprints import Blueprint
from api.house import current_house
from api.requests import reads
from api.rules.schemas import RulesInForceSchema, RulesQuery
from api.work import current_uow
from field_visits.cases.in_force import OwnRule, rules_in_force

blueprint = Blueprint("rules", __name__, description="The rules that bind the organisation.")


@blueprint.resource("/rules")
class RulesInForce(MethodView):
    @reads("organisation:read")
    @blueprint.takes(RulesQuery, location="query")
    @blueprint.gives(200, RulesInForceSchema)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """List the packs in force on a day, and each rule with its figure, its source and who set it otherwise.

        A case may add the packs of its own jurisdiction; a decision names every pack by its hash.
        """
        found = rules_in_force(current_uow(), current_house().rules, query["on"])
        return {
            "on": found.on,
            "packs": found.packs,
            "rules": [_told(own) for own in found.rules],
        }


def _told(own: OwnRule) -> dict[str, Any]:
    rule, setting = own.rule, own.setting
    return {
        "id": rule.id,
        "pack": own.pack,
        "subject": rule.subject,
        "channels": sorted(rule.channels),
        "figure": str(rule.measure),
        "released_figure": str(own.released.measure),
        "verdict": rule.verdict,
        "source": rule.source,
        "confidence": rule.confidence,
        "basis": rule.basis,
        "version": rule.version,
        "effective": rule.effective,
        "is_floor": rule.floor,
        "is_fixed": rule.fixed,
        "lifted_by": rule.lifted_by,
        "is_own": setting is not None,
        "signed_off_at": None if setting is None else setting.signed_off_at,
        "signed_off_by": own.signed_off_by,
        "note": None if setting is None else setting.note,
    }
