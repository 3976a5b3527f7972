"""Lifecycles of an organisation, its people, their portraits and phones, and the service accounts that programs use."""

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
        Transition("open_epoch", ("active",), None, Code.LOG_EPOCH_OPENED, Code.LOG_EPOCH_REFUSED),
    ),
)

USER = Lifecycle(
    subject="user",
    states=("active", "disabled"),
    transitions=(
        Transition("create", (), "active", Code.USER_CREATED, Code.USER_CREATION_REFUSED),
        Transition("change", ("active",), None, Code.USER_CHANGED, Code.USER_CHANGE_REFUSED),
        Transition("set_password", ("active",), None, Code.USER_PASSWORD_SET, Code.USER_PASSWORD_REFUSED),
        Transition("reset_password", ("active",), None, Code.USER_PASSWORD_RESET, Code.USER_RESET_REFUSED),
        Transition(
            "choose_language", ("active",), None, Code.USER_LANGUAGE_CHOSEN, Code.USER_LANGUAGE_REFUSED
        ),
        Transition("enrol_factor", ("active",), None, Code.USER_FACTOR_ENROLLED, Code.USER_FACTOR_REFUSED),
        Transition(
            "remove_factor", ("active",), None, Code.USER_FACTOR_REMOVED, Code.USER_FACTOR_REMOVAL_REFUSED
        ),
        Transition("disable", ("active",), "disabled", Code.USER_DISABLED, Code.USER_DISABLE_REFUSED),
    ),
)

PORTRAIT = Lifecycle(
    subject="portrait",
    states=("current", "withdrawn", "erased"),
    transitions=(
        Transition("take", (), "current", Code.PORTRAIT_TAKEN, Code.PORTRAIT_REFUSED),
        Transition(
            "withdraw",
            ("current",),
            "withdrawn",
            Code.PORTRAIT_WITHDRAWN,
            Code.PORTRAIT_WITHDRAWAL_REFUSED,
        ),
        Transition("erase", ("withdrawn",), "erased", Code.PORTRAIT_ERASED, Code.PORTRAIT_ERASURE_REFUSED),
    ),
)

DEVICE = Lifecycle(
    subject="device",
    states=("enrolled", "revoked", "wiped"),
    transitions=(
        Transition("enrol", (), "enrolled", Code.DEVICE_ENROLLED, Code.DEVICE_ENROLMENT_REFUSED),
        Transition("reset_pin", ("enrolled",), None, Code.DEVICE_PIN_RESET, Code.DEVICE_PIN_RESET_REFUSED),
        Transition("revoke", ("enrolled",), "revoked", Code.DEVICE_REVOKED, Code.DEVICE_REVOCATION_REFUSED),
        Transition("wipe", ("revoked",), "wiped", Code.DEVICE_WIPED, Code.DEVICE_WIPE_REFUSED),
    ),
)

SERVICE_ACCOUNT = Lifecycle(
    subject="service_account",
    states=("active", "disabled"),
    transitions=(
        Transition(
            "create", (), "active", Code.SERVICE_ACCOUNT_CREATED, Code.SERVICE_ACCOUNT_CREATION_REFUSED
        ),
        Transition(
            "change",
            ("active",),
            None,
            Code.SERVICE_ACCOUNT_CHANGED,
            Code.SERVICE_ACCOUNT_CHANGE_REFUSED,
        ),
        Transition(
            "disable",
            ("active",),
            "disabled",
            Code.SERVICE_ACCOUNT_DISABLED,
            Code.SERVICE_ACCOUNT_DISABLE_REFUSED,
        ),
    ),
)

SERVICE_KEY = Lifecycle(
    subject="service_key",
    states=("active", "revoked"),
    transitions=(
        Transition("issue", (), "active", Code.SERVICE_KEY_ISSUED, Code.SERVICE_KEY_ISSUE_REFUSED),
        Transition(
            "retire", ("active",), None, Code.SERVICE_KEY_RETIRED, Code.SERVICE_KEY_RETIREMENT_REFUSED
        ),
        Transition(
            "revoke", ("active",), "revoked", Code.SERVICE_KEY_REVOKED, Code.SERVICE_KEY_REVOCATION_REFUSED
        ),
    ),
)
