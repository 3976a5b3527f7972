"""A whole import file made from real addresses alone: people and balances are invented, and always the same.

For demonstrations, walkthroughs and tests: a real door must never be tied to a real debtor, so nothing here
is taken from anywhere but the seed. Pure.
"""

import csv
import io
import random
from collections.abc import Mapping
from dataclasses import dataclass

from field_visits.cases.importing.columns import COLUMNS, Kind
from field_visits.cases.placement import zones_at, zones_of_countries
from field_visits.compliance.packs import load_packs
from field_visits.kernel.errors import Fault, InvalidError
from field_visits.kernel.points import Point

NEEDED = ("id", "street", "housenumber", "postcode", "city", "lat", "lon")
_CURRENCY = {"CN": "CNY", "US": "USD", "GB": "GBP", "IN": "INR", "LI": "CHF", "CH": "CHF", "SG": "SGD"}
_FAMILY_ZH = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
_GIVEN_ZH = "安宁和平文博子涵雨桐晓明思远嘉怡志强佳慧俊杰欣然国栋雅琴海燕春生"
_GIVEN_EN = (
    "Ada", "Ben", "Cora", "Dev", "Elsa", "Finn", "Gwen", "Hugo", "Iris", "Jonah", "Kira", "Leo", "Mona",
    "Noel", "Opal", "Pete", "Quinn", "Rosa", "Sam", "Tess", "Umar", "Vera", "Walt", "Xena", "Yara", "Zane",
)  # fmt: skip
_FAMILY_EN = (
    "Alder", "Birch", "Cedar", "Dune", "Ember", "Fenn", "Grove", "Heath", "Isle", "Juniper", "Kestrel",
    "Larch", "Moss", "North", "Oakes", "Pine", "Quill", "Reed", "Stone", "Thorn", "Vale", "Wren",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Land:
    """What a person in a country is given."""

    language: str
    creditor: str
    currency: str
    packs: str


def prepare(addresses: bytes, *, seed: int, team: str = "", limit: int | None = None) -> bytes:
    """An import file (CSV, UTF-8) with one invented customer and case for each address.

    `addresses` is a CSV file with the columns id, street, housenumber, postcode, city, lat, lon (WGS-84);
    other columns are ignored, the order of rows is kept. The same bytes and seed give the same file.
    Telephone numbers are of ranges that are never given out. `team` is put into every row.

    Raises:
        InvalidError: A column is missing, a position is no place on land (the fault names the row), or the
            file is no UTF-8.
    """
    try:
        text = addresses.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidError("An address file is UTF-8.") from None
    reader = csv.DictReader(io.StringIO(text, newline=""))
    missing = [name for name in NEEDED if name not in (reader.fieldnames or ())]
    if missing:
        raise InvalidError(
            f"An address file has the columns {', '.join(NEEDED)}.",
            faults=[Fault(f"/{name}", "this column is missing") for name in missing],
        )
    written = io.StringIO(newline="")
    writer = csv.DictWriter(
        written, [column.name for column in COLUMNS[Kind.CASES]], restval="", lineterminator="\n"
    )
    writer.writeheader()
    for number, row in enumerate(reader, start=2):
        if limit is not None and number > limit + 1:
            break
        country = _country(row, number)
        # Seeded by the address itself, so that a file's order or length changes nobody.
        writer.writerow(_invented(row, country, random.Random(f"{seed}:{row['id']}")) | {"team": team})  # noqa: S311 - a story, no secret
    return written.getvalue().encode()


def _invented(row: Mapping[str, str], country: str, chance: random.Random) -> dict[str, str]:
    land = _land(country)
    principal = chance.randint(50_000, 5_000_000)
    return {
        "reference": row["id"],
        "name": _name(land.language, chance),
        "phone": _phone(country, chance),
        "language": land.language,
        "kind": "home",
        "street": row["street"],
        "housenumber": row["housenumber"],
        "postcode": row["postcode"],
        "city": row["city"],
        "country": country,
        "lat": row["lat"],
        "lon": row["lon"],
        "crs": "wgs84",
        "creditor": land.creditor,
        "currency": land.currency,
        "principal": _major(principal),
        "interest": _major(principal * chance.randint(0, 1500) // 10_000),
        "fees": _major(chance.randint(0, 20) * 1_000),
        "packs": land.packs,
        "priority": str(chance.randint(10, 90)),
    }


def _land(country: str) -> _Land:
    released = [pack.id for pack in load_packs() if pack.jurisdiction == country]
    packs = ";".join(dict.fromkeys(released))
    currency = _CURRENCY.get(country, "EUR")
    if country == "CN":
        return _Land("zh", "示例银行", currency, packs)
    return _Land("en", "Example Bank", currency, packs)


def _country(row: Mapping[str, str], number: int) -> str:
    """The country in whose time zone the address lies."""
    try:
        zones = zones_at(Point(float(row["lat"]), float(row["lon"])))
    except ValueError as error:
        raise InvalidError(
            f"Row {number} tells no position.", faults=[Fault("/lat", f"row {number}: {error}")]
        ) from None
    for code, known in sorted(zones_of_countries().items()):
        if not known.isdisjoint(zones):
            return code
    raise InvalidError(
        f"Row {number} lies in the open sea.", faults=[Fault("/lat", f"row {number}: no place on land")]
    )


def _name(language: str, chance: random.Random) -> str:
    if language == "zh":
        return chance.choice(_FAMILY_ZH) + "".join(chance.choices(_GIVEN_ZH, k=chance.choice((1, 2, 2))))
    return f"{chance.choice(_GIVEN_EN)} {chance.choice(_FAMILY_EN)}"


def _phone(country: str, chance: random.Random) -> str:
    if country == "US":
        # 555-0100 to 555-0199 are kept for fiction (NANPA).
        return f"+1410555{chance.randint(100, 199):04d}"
    if country == "CN":
        # No mobile number begins with 100.
        return f"+86100{chance.randint(0, 99_999_999):08d}"
    return f"+999{chance.randint(0, 99_999_999):08d}"


def _major(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02d}"
