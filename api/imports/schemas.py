"""What the API says and takes of import files."""

from flask_smorest.fields import Upload

from api.fields import (
    AwareTime,
    Flag,
    Id,
    Integer,
    List,
    Nested,
    QuerySchema,
    Schema,
    Sha256,
    Text,
    Version,
)
from api.paging import PageQuery


class ImportFile(Schema):
    """A CSV file in UTF-8 or GB18030; docs/import.md has the table of columns."""

    file = Upload(required=True)


class ImportMode(QuerySchema):
    """Whether only to look."""

    dry_run = Flag(load_default=False, metadata={"description": "Report what would happen; write nothing."})


class RowErrorSchema(Schema):
    """One thing wrong with one row."""

    row = Integer(required=True, metadata={"description": "As a spreadsheet counts; the header is row 1."})
    column = Text(min=0, max=100, required=True)
    detail = Text(max=2000, required=True)


class RowUpdateSchema(Schema):
    """A row that changes what is recorded."""

    row = Integer(required=True)
    reference = Text(max=100, required=True)
    columns = List(Text(max=100), required=True)


class ImportReportSchema(Schema):
    """What a file did, or in a dry run would do. Errors and updates list the first 1,000."""

    import_id = Id(required=True, allow_none=True)
    source = Text(max=200, required=True)
    file_sha256 = Sha256(required=True)
    encoding = Text(min=0, max=20, required=True)
    rows = Integer(required=True)
    created = Integer(required=True)
    updated = Integer(required=True)
    unchanged = Integer(required=True)
    error_count = Integer(required=True)
    errors = List(Nested(RowErrorSchema), required=True)
    updates = List(Nested(RowUpdateSchema), required=True)
    ignored_columns = List(Text(max=1000), required=True)
    notes = List(Text(max=1000), required=True)
    is_dry_run = Flag(required=True)
    is_applied = Flag(required=True)


class ImportSchema(Schema):
    """An applied file."""

    id = Id(required=True)
    state = Text(max=20, required=True)
    source = Text(max=200, required=True)
    file_sha256 = Sha256(required=True)
    rows = Integer(required=True)
    created = Integer(required=True)
    updated = Integer(required=True)
    unchanged = Integer(required=True)
    applied_at = AwareTime(required=True)
    version = Version(required=True)


class ImportQuery(PageQuery):
    """Which imports, newest first."""
