"""What the API says and takes of import files."""

from enum import StrEnum

from api.fields import (
    AwareTime,
    Choice,
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
from field_visits.cases.importing.columns import Kind
from field_visits.cases.importing.error_file import Language
from field_visits.cases.importing.mapping import FoundBy
from field_visits.cases.importing.models import Task
from field_visits.workforce.runs import Stage

MAX_HEADER = 1000


class ImportFieldSchema(Schema):
    """A field that a column of a file may tell."""

    name = Text(max=100, required=True)
    required = Flag(required=True)
    meaning = Text(max=1000, required=True)
    label_en = Text(max=100, required=True)
    label_zh = Text(max=100, required=True)
    headers = List(
        Text(max=100), required=True, metadata={"description": "Headers by which it is known by itself."}
    )


class ImportKindSchema(Schema):
    """A kind of file: what one row of it is."""

    kind = Choice(Kind, required=True)
    fields_ = List(Nested(ImportFieldSchema), required=True, data_key="fields", attribute="fields")


class ImportKindsSchema(Schema):
    """Every kind of file, and how large one may be."""

    items = List(Nested(ImportKindSchema), required=True)
    max_bytes = Integer(required=True)


class ImportSourceQuery(QuerySchema):
    """Sources of which kind."""

    kind = Choice(Kind, load_default=None)


class ImportSourceSchema(Schema):
    """Where files came from before. Their columns are read the same way next time."""

    source = Text(max=200, required=True)
    kind = Choice(Kind, required=True)
    used_at = AwareTime(required=True)


class ImportSourcesSchema(Schema):
    """Sources, most lately used first."""

    items = List(Nested(ImportSourceSchema), required=True)


class ImportUpload(QuerySchema):
    """What the file in the body is."""

    filename = Text(
        max=1000, required=True, metadata={"description": "Its own name; folders before it are cut off."}
    )
    kind = Choice(
        Kind, load_default=None, metadata={"description": "What its headers name best, if nobody says."}
    )
    source = Text(
        max=200,
        load_default=None,
        metadata={
            "description": "Creditor or system it comes from; columns are remembered by it. Its name, if nobody says."
        },
    )


class ImportColumnChoice(Schema):
    """What a column tells, as a person decides it."""

    header = Text(max=MAX_HEADER, required=True)
    field = Text(
        max=100, required=True, allow_none=True, metadata={"description": "null: the column is left out."}
    )


class ImportFileUpdate(Schema):
    """What to take in, and how to read it. What is not sent stays."""

    kind = Choice(Kind)
    source = Text(max=200)
    sheet = Text(min=0, max=200)
    columns = List(
        Nested(ImportColumnChoice),
        metadata={"description": "Replaces what was chosen before; other columns are read by their headers."},
    )


class ErrorFileQuery(QuerySchema):
    """In which language."""

    language = Choice(
        Language, load_default=None, metadata={"description": "What Accept-Language prefers, if nobody says."}
    )


class RowErrorSchema(Schema):
    """One thing wrong with one row."""

    row = Integer(
        required=True,
        metadata={"description": "As a spreadsheet counts; 0 is the file as a whole."},
    )
    column = Text(
        min=0, max=MAX_HEADER, required=True, metadata={"description": "The field; empty for the whole row."}
    )
    code = Text(max=100, required=True, metadata={"description": "Stable."})
    detail = Text(max=2000, required=True)
    value = Text(min=0, max=200, required=True, metadata={"description": "What the cell says."})


class RowQuestionSchema(Schema):
    """Something that the law asks of a row. It stops nothing: the rule speaks again when somebody acts."""

    row = Integer(required=True, metadata={"description": "As a spreadsheet counts."})
    column = Text(max=MAX_HEADER, required=True)
    rule_id = Text(max=50, required=True)
    code = Text(max=100, required=True, metadata={"description": "Stable."})
    detail = Text(max=2000, required=True)


class RowUpdateSchema(Schema):
    """A row that changes what is recorded."""

    row = Integer(required=True)
    reference = Text(max=100, required=True)
    columns = List(Text(max=100), required=True)


class ImportReportSchema(Schema):
    """What a file did, or in a check would do. Errors, questions and updates list the first 1,000."""

    kind = Choice(Kind, required=True)
    source = Text(max=200, required=True)
    filename = Text(max=200, required=True)
    file_sha256 = Sha256(required=True)
    format = Text(max=10, required=True)
    encoding = Text(max=20, required=True, allow_none=True)
    rows = Integer(required=True)
    created = Integer(required=True)
    updated = Integer(required=True)
    unchanged = Integer(required=True)
    error_count = Integer(required=True)
    errors = List(Nested(RowErrorSchema), required=True)
    question_count = Integer(required=True, dump_default=0)
    questions = List(Nested(RowQuestionSchema), required=True, dump_default=list)
    updates = List(Nested(RowUpdateSchema), required=True)
    ignored_columns = List(Text(max=MAX_HEADER), required=True)
    notes = List(Text(max=2000), required=True)


class ImportBlockerSchema(Schema):
    """What was built on an import, so that it cannot be undone."""

    reference = Text(
        max=100, required=True, metadata={"description": "Of the case or the customer; the day of a shift."}
    )
    case_id = Id(required=True, allow_none=True)
    subject = Text(
        max=100,
        required=True,
        metadata={"description": "Kind of record, as in the codes of evidence. Stable."},
    )
    what = Text(max=500, required=True)


class ImportFailureSchema(Schema):
    """Why a run failed. Nothing was changed."""

    code = Text(max=100, required=True, metadata={"description": "Stable, as in problems."})
    detail = Text(max=4000, required=True)
    blocking = List(Nested(ImportBlockerSchema), required=True, dump_default=list)


class ImportRunSchema(Schema):
    """A check, an import or an undoing: how far it is, and what came of it."""

    id = Id(required=True)
    file_id = Id(required=True, allow_none=True)
    import_id = Id(
        required=True, allow_none=True, metadata={"description": "What was applied or is being undone."}
    )
    task = Choice(Task, required=True)
    stage = Choice(Stage, required=True)
    phase = Text(
        max=20,
        required=True,
        allow_none=True,
        metadata={"description": "reading, comparing, writing or undoing."},
    )
    rows_done = Integer(required=True, metadata={"description": "Of this phase."})
    rows_total = Integer(required=True, allow_none=True, metadata={"description": "null while it is read."})
    asked_at = AwareTime(required=True)
    finished_at = AwareTime(required=True, allow_none=True)
    is_cancelled = Flag(required=True, metadata={"description": "Somebody asked for it to stop."})
    has_errors = Flag(required=True, metadata={"description": "There is a file of errors to download."})
    report = Nested(ImportReportSchema, required=True, allow_none=True)
    failure = Nested(ImportFailureSchema, required=True, allow_none=True)
    receipt = Text(max=64, required=True, allow_none=True)


class FileTask(StrEnum):
    """What can be done with a file."""

    CHECK = Task.CHECK.value
    APPLY = Task.APPLY.value


class ImportRunCreate(Schema):
    """What to do with the file."""

    task = Choice(
        FileTask,
        required=True,
        metadata={
            "description": "check: say what would happen, write nothing. apply: take it in as a whole."
        },
    )


class ImportRowSchema(Schema):
    """One of the first rows."""

    row = Integer(required=True, metadata={"description": "Its number in a spreadsheet."})
    cells = List(Text(min=0, max=200), required=True)


class ImportSheetSchema(Schema):
    """One sheet of a workbook. A CSV file has one without a name."""

    name = Text(min=0, max=200, required=True)
    is_hidden = Flag(required=True)
    is_empty = Flag(required=True)


class ImportColumnSchema(Schema):
    """A column of the file, and what it tells."""

    position = Integer(required=True, metadata={"description": "From 0."})
    header = Text(min=0, max=MAX_HEADER, required=True)
    field = Text(max=100, required=True, allow_none=True, metadata={"description": "null: it is left out."})
    found_by = Choice(
        FoundBy,
        required=True,
        allow_none=True,
        metadata={"description": "Why: chosen now, remembered for this source, or known by the header."},
    )


class ImportFileSchema(Schema):
    """An uploaded file that waits to be taken in: what was found in it, and how it will be read."""

    id = Id(required=True, attribute="file.id")
    filename = Text(max=200, required=True, attribute="file.filename")
    source = Text(max=200, required=True, attribute="file.source")
    kind = Choice(Kind, required=True, attribute="file.kind")
    size = Integer(required=True, attribute="file.size", metadata={"description": "In bytes."})
    file_sha256 = Sha256(required=True, attribute="file.sha256")
    format = Text(max=10, required=True, attribute="file.format", metadata={"description": "csv or xlsx."})
    encoding = Text(max=20, required=True, allow_none=True, attribute="file.encoding")
    separator = Text(max=1, required=True, allow_none=True, attribute="file.separator")
    sheets = List(Nested(ImportSheetSchema), required=True)
    sheet = Text(
        min=0, max=200, required=True, attribute="file.sheet", metadata={"description": "The chosen one."}
    )
    header_row = Integer(required=True, attribute="sheet.header_row")
    columns = List(Nested(ImportColumnSchema), required=True)
    preview = List(Nested(ImportRowSchema), required=True, attribute="preview")
    faults = List(
        Nested(RowErrorSchema),
        required=True,
        metadata={"description": "What keeps the file from being read: missing columns, merged cells."},
    )
    notes = List(Text(max=2000), required=True, attribute="file.notes")
    uploaded_at = AwareTime(required=True, attribute="file.uploaded_at")
    expires_at = AwareTime(required=True)
    latest_run = Nested(ImportRunSchema, required=True, allow_none=True)


class ImportBySchema(Schema):
    """Who applied a file: a person, or a program with a key."""

    id = Id(required=True)
    name = Text(
        max=200, required=True, allow_none=True, metadata={"description": "null where it was erased."}
    )


class ImportSchema(Schema):
    """An applied file."""

    id = Id(required=True, attribute="imported.id")
    state = Text(max=20, required=True, attribute="imported.state")
    kind = Choice(Kind, required=True, attribute="imported.kind")
    source = Text(max=200, required=True, attribute="imported.source")
    filename = Text(max=200, required=True, attribute="imported.filename")
    file_sha256 = Sha256(required=True, attribute="imported.file_sha256")
    rows = Integer(required=True, attribute="imported.rows")
    created = Integer(required=True, attribute="imported.created")
    updated = Integer(required=True, attribute="imported.updated")
    unchanged = Integer(required=True, attribute="imported.unchanged")
    applied_at = AwareTime(required=True, attribute="imported.applied_at")
    applied_by = Nested(
        ImportBySchema,
        required=True,
        allow_none=True,
        metadata={"description": "null where it was done at the server's terminal."},
    )
    undone_at = AwareTime(required=True, allow_none=True, attribute="imported.undone_at")
    version = Version(required=True)


class ImportQuery(PageQuery):
    """Which imports, newest first."""
