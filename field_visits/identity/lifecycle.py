"""Lifecycles of an organisation, its people and its rule settings."""

from field_visits.evidence.codes import Code
from field_visits.kernel.lifecycle import Lifecycle, Transition

ORGANISATION = Lifecycle(
    subject="organisation",
    states=("active",),
    transitions=(
        Transition("found", (), "active", Code.ORGANISATION_FOUNDED, Code.ORGANISATION_SETTINGS_REFUSED),
        Transition(
            "configure",
            ("active",),
            None,
            Code.ORGANISATION_SETTINGS_CHANGED,
            Code.ORGANISATION_SETTINGS_REFUSED,
        ),
        Transition("set_rule", ("active",), None, Code.ORGANISATION_RULE_SET, Code.ORGANISATION_RULE_REFUSED),
    ),
)

USER = Lifecycle(
    subject="user",
    states=("active", "disabled"),
    transitions=(
        Transition("create", (), "active", Code.USER_CREATED, Code.USER_CREATION_REFUSED),
        Transition("change", ("active",), None, Code.USER_CHANGED, Code.USER_CHANGE_REFUSED),
        Transition("set_password", ("active",), None, Code.USER_PASSWORD_SET, Code.USER_PASSWORD_REFUSED),
        Transition("disable", ("active",), "disabled", Code.USER_DISABLED, Code.USER_DISABLE_REFUSED),
    ),
)
