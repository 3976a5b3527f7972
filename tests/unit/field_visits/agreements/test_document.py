import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from field_visits.agreements import document
from field_visits.agreements.document import (
    Grade,
    MissingGlyphError,
    Parties,
    SigningMethod,
    check_glyphs,
    covered_code_points,
    render,
)
from field_visits.agreements.terms import Cycle, canonical_bytes, terms_hash
from field_visits.kernel.errors import InvalidError

from .samples import AGREEMENT_ID, ISSUED_AT, PARTIES, debt, means, plan, signed

RENDER_AND_HASH = """
import hashlib, sys
from tests.unit.field_visits.agreements.samples import AGREEMENT_ID, ISSUED_AT, PARTIES, plan, signed
from field_visits.agreements.document import render
terms = plan()
pdf = render(terms, PARTIES, agreement_id=AGREEMENT_ID, issued_at=ISSUED_AT, signing=signed(terms))
sys.stdout.write(hashlib.sha256(pdf).hexdigest())
"""


def poppler(name: str) -> str:
    program = shutil.which(name)
    if program is None:
        pytest.skip(f"{name} (poppler-utils) is not installed: what an outside reader sees is not checked")
    return program


def text_of(pdf: bytes, tmp_path: Path) -> str:
    """What poppler reads, with the spaces that justified lines bring taken out."""
    path = tmp_path / "agreement.pdf"
    path.write_bytes(pdf)
    done = subprocess.run([poppler("pdftotext"), "-layout", str(path), "-"], capture_output=True, check=True)
    return "".join(done.stdout.decode().split())


def rendered(*, sign: bool = True, parties: Parties = PARTIES, **changes: Any) -> bytes:
    terms = plan(**changes)
    signing = signed(terms) if sign else None
    return render(terms, parties, agreement_id=AGREEMENT_ID, issued_at=ISSUED_AT, signing=signing)


def faults_of(act: Callable[[], object]) -> dict[str, str]:
    with pytest.raises(InvalidError) as caught:
        act()
    return {fault.pointer: fault.detail for fault in caught.value.faults}


def test_two_processes_render_the_same_bytes() -> None:
    digests = {
        subprocess.run(
            [sys.executable, "-c", RENDER_AND_HASH], capture_output=True, check=True, text=True
        ).stdout
        for _ in range(2)
    }

    assert digests == {hashlib.sha256(rendered()).hexdigest()}


def test_the_document_is_pdf_a_3b_and_carries_its_time_of_issue() -> None:
    pdf = rendered()

    assert b"<pdfaid:part>3</pdfaid:part>" in pdf
    assert b"<pdfaid:conformance>B</pdfaid:conformance>" in pdf
    assert b"2026-11-24T07:40:00" in pdf


def test_chinese_text_english_text_rows_and_facts_come_back(tmp_path: Path) -> None:
    text = text_of(rendered(), tmp_path)

    for piece in (
        "个性化分期还款协议",
        "欧阳䶮",
        "310***********1234",
        "壹万贰仟叁佰肆拾伍元陆角柒分",
        "不向任何银行申请信用卡",
        "Thecustomerpromisesnottoapplyforacreditcard",
        "262029-01-15474.83",
        "较低等级",
        "Lowergrade:signedonthecollector’sphone",
        "2026-11-2415:10:05UTC+08:00至2026-11-2415:39:12UTC+08:00",
        "王敏（工号0042）",
        terms_hash(plan()),
        "第4页，共4页",
    ):
        assert piece.replace("’", "'") in text.replace("’", "'"), piece


def test_an_offer_says_that_it_is_not_signed(tmp_path: Path) -> None:
    text = text_of(rendered(sign=False), tmp_path)

    assert text.count("要约文本，尚未签署") == 4
    assert "签署方式" not in text


def test_a_document_in_one_language_holds_no_word_of_the_other(tmp_path: Path) -> None:
    us = {
        "debt": debt(currency="USD"),
        "means": means(currency="USD"),
        "creditor": "Example Bank",
        "pay_to": "Example Bank",
    }
    english = text_of(rendered(sign=False, parties=Parties("Jane Doe"), languages=("en",), **us), tmp_path)
    chinese = text_of(rendered(sign=False, languages=("zh",)), tmp_path)

    assert "JaneDoe" in english
    assert not any("\u4e00" <= character <= "\u9fff" for character in english)
    assert "instalment" not in chinese


def test_markup_in_a_name_comes_out_literally(tmp_path: Path) -> None:
    name = '#panic("x") *bold* $1$ <label> @ref `raw` \\ // "quoted" [b] {c}'

    text = text_of(rendered(parties=Parties(name), creditor="_甲_ #import"), tmp_path)

    assert "".join(name.split()) in text.replace("“", '"').replace("”", '"')
    assert "_甲_#import" in text


def test_the_attachments_are_the_hashed_bytes(tmp_path: Path) -> None:
    path = tmp_path / "agreement.pdf"
    path.write_bytes(rendered())

    subprocess.run(
        [poppler("pdfdetach"), "-saveall", "-o", str(tmp_path), str(path)], capture_output=True, check=True
    )

    assert (tmp_path / "terms.json").read_bytes() == canonical_bytes(plan())
    assert json.loads((tmp_path / "signature.json").read_bytes())["width"] == 360


def test_the_fonts_print_all_han_of_gb2312_and_gbk_and_rare_names() -> None:
    glyphs = covered_code_points()
    missing = []
    for point in range(0x3400, 0xA000):
        try:
            chr(point).encode("gbk")
        except UnicodeEncodeError:
            continue
        if point not in glyphs:
            missing.append(hex(point))

    assert missing == []
    assert set(range(0x20, 0x7F)) <= glyphs
    # Name characters beyond GBK: 䶮, 镕, 㛃, 𬭎, 𠮷.
    assert {0x4DAE, 0x9555, 0x36C3, 0x2CB4E, 0x20BB7} <= glyphs


def test_a_rare_name_is_printed_in_the_document(tmp_path: Path) -> None:
    assert "\U00020bb7田䶮" in text_of(rendered(parties=Parties("\U00020bb7田䶮")), tmp_path)


@pytest.mark.parametrize("character", ["\U00020001", "\U0001f600", "\u0e01"])
def test_a_missing_glyph_refuses_the_document_and_names_the_character(character: str) -> None:
    with pytest.raises(MissingGlyphError) as caught:
        rendered(parties=Parties(f"王{character}"))

    (fault,) = caught.value.faults
    assert fault.pointer == "/customer"
    assert f"U+{ord(character):04X}" in fault.detail
    assert caught.value.code == "missing-glyph"


@pytest.mark.parametrize("character", ["\u202e", "\u200b", "\x00", "\n", "\ue000", "\ud800", "\u2028"])
def test_an_invisible_character_in_a_name_is_refused(character: str) -> None:
    faults = faults_of(lambda: rendered(parties=Parties(f"王{character}敏")))

    assert f"U+{ord(character):04X}" in faults["/customer"]


def test_glyph_faults_point_into_lists_and_objects() -> None:
    assert list(faults_of(lambda: check_glyphs({"a": ["x", {"b": "\x07"}], "c": None}))) == ["/a/1/b"]


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"terms_hash": "0" * 64}, "/signing/terms_hash"),
        ({"language": "fr"}, "/signing/language"),
        ({"not_after": datetime(2026, 11, 24, 7, 0, tzinfo=UTC)}, "/signing/not_before"),
        ({"zone": "Asia/Nowhere"}, "/signing/zone"),
        ({"zone": "../etc/passwd"}, "/signing/zone"),
    ],
)
def test_a_signature_that_does_not_fit_the_terms_makes_no_document(
    changes: dict[str, Any], pointer: str
) -> None:
    terms = plan()

    def act() -> None:
        render(
            terms, PARTIES, agreement_id=AGREEMENT_ID, issued_at=ISSUED_AT, signing=signed(terms, **changes)
        )

    assert list(faults_of(act)) == [pointer]


@pytest.mark.parametrize("which", ["issued_at", "not_before", "not_after", "claimed_at"])
def test_naive_times_are_refused(which: str) -> None:
    terms = plan()
    naive = ISSUED_AT.replace(tzinfo=None)
    issued_at = naive if which == "issued_at" else ISSUED_AT
    signing = signed(terms) if which == "issued_at" else signed(terms, **{which: naive})

    with pytest.raises(ValueError, match="aware"):
        render(terms, PARTIES, agreement_id=AGREEMENT_ID, issued_at=issued_at, signing=signing)


def test_every_argument_shows_in_the_bytes() -> None:
    terms = plan()
    signing = signed(terms)
    variants = [
        render(terms, PARTIES, agreement_id=AGREEMENT_ID, issued_at=ISSUED_AT, signing=each)
        for each in (
            signing,
            replace(signing, method=SigningMethod.OWN_PHONE_CODE),
            replace(signing, witness=None),
            replace(signing, language="en"),
            replace(signing, claimed_at=signing.claimed_at + timedelta(seconds=1)),
        )
    ]
    variants.append(
        render(
            terms,
            PARTIES,
            agreement_id=AGREEMENT_ID,
            issued_at=ISSUED_AT + timedelta(seconds=1),
            signing=signing,
        )
    )

    assert len(set(variants)) == len(variants)


def test_only_the_customers_own_phone_gives_the_standard_grade() -> None:
    assert SigningMethod.OWN_PHONE_CODE.grade is Grade.STANDARD
    assert SigningMethod.COLLECTOR_PHONE.grade is Grade.LOWER


def test_a_broken_template_is_our_error_and_not_a_document(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    template = tmp_path / "broken.typ"
    template.write_text('#set text(font: "No Such Font")\ntext')
    monkeypatch.setattr(document, "TEMPLATE", template)

    with pytest.raises(RuntimeError, match="unknown font family"):
        rendered()


def test_a_plan_of_five_years_by_the_week_runs_over_pages(tmp_path: Path) -> None:
    pdf = rendered(cycle=Cycle.WEEKLY, count=260, first_due_on=date(2026, 11, 30), annual_rate_bp=365)

    text = text_of(pdf, tmp_path)

    assert "2602031-11-17" in text
    # The head of the table comes again on each of its pages.
    assert text.count("还后余额") > 5
