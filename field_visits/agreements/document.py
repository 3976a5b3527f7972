"""The agreement as a document: a deterministic PDF/A-3b in Chinese and English, made by typst.

The same arguments give the same bytes on every machine: fonts come from a wheel, times from the caller, and
nothing is read from the system. All text reaches the template as JSON data, never as markup. The exact terms and
strokes are attached to the PDF, so that their printed hashes can be checked with `pdfdetach` and `sha256sum`.
"""

import importlib.resources
import json
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typst
from fontTools.ttLib import TTFont

from field_visits.agreements import strokes as ink
from field_visits.agreements import wording
from field_visits.agreements.strokes import Strokes
from field_visits.agreements.terms import Terms, canonical_bytes, terms_hash
from field_visits.agreements.wording import Language
from field_visits.kernel.errors import Fault, InvalidError

TEMPLATE: Final = Path(__file__).with_name("document.typ")
# Package, file and number of the face in it. Song for the text and Hei for headings, as Chinese documents are
# set; the third has the rare characters that stand in names and in neither of the others (U+20BB7).
FONT_FILES: Final = (
    ("pylopdf_fonts_zh_cn", "NotoSerifSC-Regular.otf", -1),
    ("pylopdf_fonts_zh_cn", "NotoSansSC-Regular.otf", -1),
    ("noto_cjk_sans_otc", "NotoSansCJK-Regular.ttc", 2),
)
# Controls, bidirectional marks and joiners, surrogates, private use, line and paragraph separators.
INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
PDF_STANDARD: Final = "a-3b"


class MissingGlyphError(InvalidError):
    """A character cannot be printed: rather no document than a box in somebody's name."""

    code = "missing-glyph"


class SigningMethod(StrEnum):
    """How the customer's act of signing was tied to the customer."""

    OWN_PHONE_CODE = "own_phone_code"
    COLLECTOR_PHONE = "collector_phone"

    @property
    def grade(self) -> "Grade":
        return Grade.STANDARD if self is SigningMethod.OWN_PHONE_CODE else Grade.LOWER


class Grade(StrEnum):
    """What the method is worth as proof (SIG-CN-1: data of the signer, under the signer's control alone)."""

    STANDARD = "standard"
    LOWER = "lower"


@dataclass(frozen=True, slots=True)
class Parties:
    """Who agrees; `customer_id_masked` is shown as it comes, so it must come masked."""

    customer_name: str
    customer_id_masked: str | None = None


@dataclass(frozen=True, slots=True)
class Signing:
    """The customer's act of signing.

    Attributes:
        terms_hash: Hash of the terms that were on the screen; the document is refused for any others.
        language: In which the customer read them.
        not_before, not_after: The proved bracket: last server nonce, and receipt by the server.
        claimed_at: What the signing phone's clock said: a claim.
        zone: IANA time zone in which times are printed.
        witness: Who was present for the creditor, as it may be printed, if anybody was.
    """

    method: SigningMethod
    strokes: Strokes
    terms_hash: str
    language: Language
    not_before: datetime
    not_after: datetime
    claimed_at: datetime
    zone: str
    witness: str | None = None


def render(
    terms: Terms,
    parties: Parties,
    *,
    agreement_id: str,
    issued_at: datetime,
    signing: Signing | None = None,
) -> bytes:
    """The agreement as PDF/A-3b bytes, the same bytes for the same arguments.

    Without `signing` it is an offer, and says on each page that it is not signed.

    Raises:
        MissingGlyphError: A character that no font of the document has; the fault names it and its code point.
        InvalidError: The signature is on other terms or in a language they are not written in, its times do not
            fit each other, or a text holds control or invisible characters.
        ValueError: A naive time.
    """
    if issued_at.tzinfo is None:
        raise ValueError("A document needs an aware time of issue.")
    if signing is not None:
        _check_signing(terms, signing)
    data = _data(terms, parties, agreement_id=agreement_id, signing=signing)
    check_glyphs(data["text"])
    compiler = typst.Compiler(
        input=TEMPLATE, root=TEMPLATE.parent, font_paths=_fonts(), ignore_system_fonts=True
    )
    pdf, warnings = compiler.compile_with_warnings(
        format="pdf",
        sys_inputs={"data": json.dumps(data, ensure_ascii=False, sort_keys=True)},
        pdf_standards=[PDF_STANDARD],
        timestamp=int(issued_at.astimezone(UTC).timestamp()),
    )
    if warnings or not isinstance(pdf, bytes):
        raise RuntimeError(f"The agreement's template is broken: {[warning.message for warning in warnings]}")
    return pdf


def check_glyphs(value: object, pointer: str = "") -> None:
    """Every character of every text in `value` (JSON values) can be printed and seen.

    Raises:
        MissingGlyphError: No font of the document has the character.
        InvalidError: A control, format or private character, which would change the text without being seen.
    """
    glyphs = covered_code_points()
    for at, text in _texts(value, pointer):
        for character in text:
            if unicodedata.category(character) in INVISIBLE:
                raise InvalidError(
                    "The document's text holds a character that cannot be seen.",
                    faults=[Fault(at, f"U+{ord(character):04X} is not printable; remove it.")],
                )
            if ord(character) not in glyphs:
                raise MissingGlyphError(
                    "The document's fonts lack a character.",
                    faults=[
                        Fault(
                            at,
                            f"{character!r} (U+{ord(character):04X}) cannot be printed; check the spelling, or have "
                            "this agreement made on paper.",
                        )
                    ],
                )


@cache
def covered_code_points() -> frozenset[int]:
    """The code points that the document's fonts can print, by their character maps."""
    points: set[int] = set()
    for package, name, number in FONT_FILES:
        with TTFont(_font_path(package, name), lazy=True, fontNumber=number) as font:
            points.update(font.getBestCmap())
    return frozenset(points)


def _font_path(package: str, name: str) -> Path:
    # An installed wheel lies unpacked on disk; the fonts' size makes a zip import pointless.
    return Path(str(importlib.resources.files(package).joinpath(name)))


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        # typst reads folders; those of the wheels hold these files and no other font.
        font_paths=sorted({_font_path(package, name).parent for package, name, _ in FONT_FILES}),
    )


def _texts(value: object, pointer: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield pointer, value
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from _texts(item, f"{pointer}/{name}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _texts(item, f"{pointer}/{index}")


def _check_signing(terms: Terms, signing: Signing) -> None:
    faults = []
    if signing.terms_hash != terms_hash(terms):
        faults.append(Fault("/signing/terms_hash", "is of other terms; the customer must sign these."))
    if signing.language not in terms.languages:
        faults.append(Fault("/signing/language", "is none of the languages of these terms."))
    if any(at.tzinfo is None for at in (signing.not_before, signing.not_after, signing.claimed_at)):
        raise ValueError("Times of signing must be aware.")
    if signing.not_before > signing.not_after:
        faults.append(Fault("/signing/not_before", "lies after not_after."))
    try:
        ZoneInfo(signing.zone)
    except (ZoneInfoNotFoundError, ValueError):
        faults.append(Fault("/signing/zone", "is not an IANA time zone."))
    if faults:
        raise InvalidError("The signature does not fit the document.", faults=faults)


def _data(terms: Terms, parties: Parties, *, agreement_id: str, signing: Signing | None) -> dict[str, object]:
    left = terms.debt.total_minor
    rows = []
    for row in terms.instalments:
        left -= row.repays_minor
        rows.append(
            [
                str(row.no),
                row.due_on.isoformat(),
                wording.figure(row.amount),
                wording.figure(row.interest),
                wording.minor_figure(left, terms.currency),
            ]
        )
    text: dict[str, object] = {
        "agreement_id": agreement_id,
        "reference": terms.reference,
        "creditor": terms.creditor,
        "customer": parties.customer_name,
        "customer_id": parties.customer_id_masked or "",
        "currency": terms.currency,
        "agreed_from": terms.agreed_from.isoformat(),
        "terms_hash": terms_hash(terms),
        "debt": [
            wording.figure(part)
            for part in (terms.debt.principal, terms.debt.interest, terms.debt.fees, terms.debt.total)
        ],
        "plan": [
            str(len(rows)),
            terms.first_due_on.isoformat(),
            terms.last_due_on.isoformat(),
            wording.figure(terms.total_payable),
        ],
        "blocks": {
            language: [
                {"title": block.title, "paragraphs": block.text.split("\n")}
                for block in terms.blocks_in(language)
            ]
            for language in terms.languages
        },
        "rows": rows,
        "sums": [wording.figure(terms.total_payable), wording.figure(terms.total_interest)],
        "signing": None if signing is None else _signing_text(signing),
    }
    return {
        "text": text,
        "languages": list(terms.languages),
        "terms_json": canonical_bytes(terms).decode(),
        "strokes_json": "" if signing is None else ink.canonical_bytes(signing.strokes).decode(),
        "strokes_svg": "" if signing is None else ink.svg(signing.strokes),
    }


def _signing_text(signing: Signing) -> dict[str, object]:
    zone = ZoneInfo(signing.zone)

    def shown(at: datetime) -> str:
        local = at.astimezone(zone)
        offset = f"{local:%z}"
        return f"{local:%Y-%m-%d %H:%M:%S} UTC{offset[:3]}:{offset[3:5]}"

    return {
        "method": signing.method.value,
        "grade": signing.method.grade.value,
        "language": signing.language,
        "not_before": shown(signing.not_before),
        "not_after": shown(signing.not_after),
        "claimed_at": shown(signing.claimed_at),
        "zone": signing.zone,
        "witness": signing.witness or "",
        "strokes_hash": ink.strokes_hash(signing.strokes),
        "consent": {
            language: wording.consent(signing.method.value, language) for language in sorted(wording.LABELS)
        },
    }
