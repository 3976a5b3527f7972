import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from field_visits.agreements.terms import canonical_bytes, terms_as_json
from field_visits.agreements.terms_json import terms_from_json
from field_visits.kernel.errors import InvalidError

from .samples import plan


def test_terms_come_back_equal_from_their_canonical_bytes() -> None:
    terms = plan(annual_rate_bp=990)

    assert terms_from_json(json.loads(canonical_bytes(terms))) == terms


def put(*path: str | int, value: object) -> Callable[[Any], None]:
    def change(written: Any) -> None:
        for step in path[:-1]:
            written = written[step]
        written[path[-1]] = value

    return change


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        (put("format", value="doorstep-terms-0"), "/format"),
        (put("extra", value=1), "/extra"),
        (lambda written: written.pop("method"), "/method"),
        (put("method", value="cash"), "/method"),
        (put("cycle", value=7), "/cycle"),
        (put("reference", value=" "), "/reference"),
        (put("agreed_from", value="20261124"), "/agreed_from"),
        (put("agreed_from", value="2026-02-30"), "/agreed_from"),
        (put("annual_rate_bp", value=True), "/annual_rate_bp"),
        (put("fees_continue", value=0), "/fees_continue"),
        (put("languages", value=["fr"]), "/languages/0"),
        (put("languages", value="zh"), "/languages"),
        (put("debt", value=None), "/debt"),
        (put("debt", "fees", "currency", value="XXX"), "/debt/fees"),
        (put("instalments", 1, "amount", "amount_minor", value=1.0), "/instalments/1/amount/amount_minor"),
        (put("instalments", 1, "amount", "amount_minor", value=47_485), "/instalments"),
        (put("blocks", 3, "text", value=""), "/blocks/3/text"),
        (put("blocks", 3, "kind", value="other"), "/blocks"),
    ],
)
def test_json_that_is_not_terms_is_refused_at_its_place(change: Callable[[Any], None], pointer: str) -> None:
    written = copy.deepcopy(terms_as_json(plan()))
    change(written)

    with pytest.raises(InvalidError) as caught:
        terms_from_json(written)

    assert [fault.pointer for fault in caught.value.faults] == [pointer]


def test_json_that_is_no_object_is_refused() -> None:
    with pytest.raises(InvalidError):
        terms_from_json([])
