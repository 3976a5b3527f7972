"""An organisation's own figure for a rule, as an evidenced row."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from field_visits.identity.models import Organisation, RuleSetting
from field_visits.kernel.errors import Fault, InvalidError
from field_visits.kernel.ids import UserId
from field_visits.unit_of_work import Applied, Change, Refused, UnitOfWork

MAX_NOTE = 500


def set_rule(
    uow: UnitOfWork,
    organisation: Organisation,
    *,
    rule_id: str,
    figure: object = None,
    verdict: str | None = None,
    note: str,
    signed_off_by: UserId | None = None,
) -> Applied | Refused:
    """The rule has this figure or verdict in the organisation, and `note` says why.

    Whether the figure may stand (a floor, a fixed rule) is for the rules to say: the caller asks
    `compliance.settings` first. `signed_off_by` is a lawyer's sign-off, dated now.

    Raises:
        InvalidError: Neither figure nor verdict is given, or no note.
    Evidence: `organisation:rule:set`.
    """
    if figure is None and verdict is None:
        raise InvalidError("Nothing is set.", faults=[Fault("/figure", "give a figure, a verdict, or both")])
    told = " ".join(note.split())
    if not 1 <= len(told) <= MAX_NOTE:
        raise InvalidError("Say why.", faults=[Fault("/note", f"1 to {MAX_NOTE} characters")])
    signed_off_at: datetime | None = None if signed_off_by is None else uow.now
    values: dict[str, Any] = {
        "figure": {"figure": figure, "verdict": verdict},
        "signed_off_by": signed_off_by,
        "signed_off_at": signed_off_at,
        "note": told,
    }
    setting = uow.session.scalars(select(RuleSetting).where(RuleSetting.rule_id == rule_id)).one_or_none()
    change = (
        Change(RuleSetting(id=uow.new_id(), rule_id=rule_id, **values))
        if setting is None
        else Change(setting, values)
    )
    return uow.apply(organisation, "set_rule", rows=[change], facts={"rule": rule_id})
