"""Lifecycles and codes fit together: nothing unused, nothing used twice, everything permitted."""

from collections import Counter

from api.reference.lifecycles import every_lifecycle
from field_visits.evidence.codes import Code
from field_visits.kernel.lifecycle import codes_of
from tests.architecture.source import ROOT

# Codes of facts: recorded by `uow.record`, so no lifecycle names them.
FACTS = {
    Code.USER_SIGNED_IN,
    Code.USER_SIGN_IN_FAILED,
    Code.USER_SIGNED_OUT,
    Code.USER_RECOVERY_CODES_ISSUED,
    Code.USER_RECOVERY_CODE_USED,
    Code.DEVICE_INVITED,
    Code.COMMAND_FORKED,
    Code.CUSTOMER_REVEALED,
    Code.CASE_VIEWED,
    Code.CASE_TIMELINE_VIEWED,
    Code.CASE_CLOCKS_VIEWED,
    Code.ATTACHMENT_OPENED,
    Code.AGREEMENT_OPENED,
    Code.AGREEMENT_SIGNED_AGAIN,
    Code.APPOINTMENT_PAGE_OPENED,
    Code.APPOINTMENT_PERSON_CHECKED,
    Code.APPOINTMENT_PERSON_DOUBTED,
    Code.APPOINTMENT_CUSTOMER_SAID,
    Code.APPOINTMENT_CODE_SENT,
    Code.APPOINTMENT_IDENTITY_PROVED,
    Code.APPOINTMENT_IDENTITY_DOUBTED,
    Code.EXPORT_FETCHED,
    Code.SEARCH_MADE,
}


def test_every_code_is_used_by_one_verb_or_is_a_fact() -> None:
    used = set(codes_of(every_lifecycle()))
    assert used & FACTS == set()
    assert set(Code) == used | FACTS


def test_no_two_lifecycles_share_a_code() -> None:
    owners = Counter(code for lifecycle in every_lifecycle() for code in set(codes_of([lifecycle])))
    assert [code for code, times in owners.items() if times > 1] == []


def test_every_fact_code_is_recorded_somewhere() -> None:
    source = "\n".join(
        path.read_text("utf-8") for path in (ROOT / "field_visits").rglob("*.py") if path.name != "codes.py"
    )
    assert [code.name for code in FACTS if f"Code.{code.name}" not in source] == []
