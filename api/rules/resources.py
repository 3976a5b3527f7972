"""The rules in force: which packs, which figures, whose sources, and what the organisation set itself."""

from collections.abc import Sequence
from typing import Any

from flask.views import MethodView

from api.blueprints import Blueprint
from api.house import current_house
from api.requests import reads
from api.rules.schemas import (
    ChangesQuery,
    RulePackChangesSchema,
    RulePacksSchema,
    RulesInForceSchema,
    RulesQuery,
)
from api.work import current_uow
from field_visits.cases.in_force import OwnRule, rules_in_force
from field_visits.compliance.changes import changes
from field_visits.compliance.packs import Pack
from field_visits.kernel.errors import NotFoundError

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
            "packs": [_named(pack, current_house().rules.packs) for pack in found.packs],
            "rules": [_told(own, current_house().rules.packs) for own in found.rules],
        }


@blueprint.resource("/rule-packs")
class RulePacks(MethodView):
    @reads("organisation:read")
    @blueprint.gives(200, RulePacksSchema)
    def get(self) -> dict[str, Any]:
        """List every release of every rule pack, with the hash that decisions name it by."""
        return {
            "items": [
                _named(pack, current_house().rules.packs) | {"rules": len(pack.rules)}
                for pack in current_house().rules.packs
            ]
        }


@blueprint.resource("/rule-packs/changes")
class RulePackChanges(MethodView):
    @reads("organisation:read")
    @blueprint.takes(ChangesQuery, location="query")
    @blueprint.gives(200, RulePackChangesSchema)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """Say what one release of a pack changed against another; by default the newest against the one before."""
        name = query["pack"]
        releases = [pack for pack in current_house().rules.packs if pack.id == name]
        if not releases:
            raise NotFoundError("There is no such rule pack.")
        after = _release(releases, query["until"], -1)
        before = _release(releases, query["since"], max(0, releases.index(after) - 1))
        return {
            "id": name,
            "since": before.version,
            "until": after.version,
            "effective": after.effective,
            "changes": changes(before, after),
        }


def _release(releases: list[Pack], version: str | None, otherwise: int) -> Pack:
    if version is None:
        return releases[otherwise]
    for pack in releases:
        if pack.version == version:
            return pack
    known = ", ".join(pack.version for pack in releases)
    raise NotFoundError(f"There is no such release; there are {known}.")


def _named(pack: Pack, releases: Sequence[Pack]) -> dict[str, Any]:
    """A release as it is shown. The first ones had no Chinese title: that of a later one is as good."""
    later = (one.title_zh for one in reversed(releases) if one.id == pack.id and one.title_zh)
    return {
        "id": pack.id,
        "title": pack.title,
        "title_zh": pack.title_zh or next(later, None),
        "jurisdiction": pack.jurisdiction,
        "version": pack.version,
        "effective": pack.effective,
        "hash": pack.hash,
    }


def _told(own: OwnRule, releases: Sequence[Pack]) -> dict[str, Any]:
    rule, setting = own.rule, own.setting
    later = (
        one.subject_zh
        for pack in reversed(releases)
        for one in pack.rules
        if one.id == rule.id and one.subject_zh
    )
    return {
        "id": rule.id,
        "pack": own.pack,
        "subject": rule.subject,
        "subject_zh": rule.subject_zh or next(later, None),
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
