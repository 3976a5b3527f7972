"""The columns of an import file: the one table that reading, parsing and docs/import.md agree on."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name in the header, other names it may go by, and what it holds."""

    name: str
    required: bool
    meaning: str
    aliases: tuple[str, ...] = ()


COLUMNS = (
    Column(
        "reference", True, "The creditor's reference of the case; one row each.", ("id", "case_reference")
    ),
    Column("customer_reference", False, "The creditor's reference of the person; the case's if left out."),
    Column("name", True, "The customer's name.", ("customer_name",)),
    Column("phone", False, "Telephone number, digits with or without a leading +."),
    Column("email", False, "E-mail address."),
    Column("language", False, "Language tag; zh in China and en elsewhere if left out."),
    Column("kind", False, "Kind of address: home (if left out), work, other.", ("address_kind",)),
    Column("street", True, "Street."),
    Column("housenumber", False, "House number.", ("house_number",)),
    Column("unit", False, "Flat, floor, door."),
    Column("postcode", False, "Postal code."),
    Column("city", True, "Town."),
    Column("country", True, "Country, ISO 3166 code of two letters."),
    Column("lat", True, "Latitude, decimal degrees.", ("latitude",)),
    Column("lon", True, "Longitude, decimal degrees.", ("lng", "longitude")),
    Column("crs", True, "Datum of the position: wgs84, gcj02 or bd09.", ("datum",)),
    Column("approximate", False, "true if the position is only about right; false if left out."),
    Column("creditor", True, "Who is owed."),
    Column("currency", True, "Currency, ISO 4217."),
    Column("principal", True, "Principal in major units: 12000.50."),
    Column("interest", False, "Interest in major units; 0 for a new case if left out."),
    Column("fees", False, "Fees in major units; 0 for a new case if left out."),
    Column("team", False, "Name of the team."),
    Column("collector", False, "User name of a collector of that team."),
    Column("packs", False, "Rule packs, separated by ;, the organisation's if left out."),
    Column("skills", False, "Skills a visit needs, separated by ;."),
    Column("priority", False, "0 to 100; 50 for a new case if left out."),
    Column("placed_on", False, "Day of the placement, YYYY-MM-DD; today for a new case if left out."),
    Column("recall_on", False, "Day on which the creditor takes the case back, YYYY-MM-DD."),
)
REQUIRED = tuple(column.name for column in COLUMNS if column.required)
BY_HEADER = {header: column.name for column in COLUMNS for header in (column.name, *column.aliases)}
