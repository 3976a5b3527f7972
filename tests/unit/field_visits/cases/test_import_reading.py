"""What files are, by their bytes; how text and workbooks are read; a clear answer for everything else."""

import io
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from api.problems import KINDS
from field_visits.cases.importing.columns import Kind
from field_visits.cases.importing.error_file import Language, keep_errors, kept_errors, write_errors
from field_visits.cases.importing.reading import inspection
from field_visits.cases.importing.reading.faults import FileFault, UnreadableFileError
from field_visits.cases.importing.reading.formats import look_at, open_file
from field_visits.cases.importing.reading.table import MAX_BYTES, Flaw, Look, Row
from field_visits.cases.importing.report import RowError

NAMES = "编号,姓名,城市\nK1,𠮷野家,上海\nK2,䶮先生,北京\nK3,محمد بن علي,上海\n"
SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'


def look(path: Path, name: str = "") -> Look:
    return look_at(open_file(path), name or path.name)


def rows(path: Path, sheet: int = 0) -> list[Row]:
    readable = open_file(path)
    with readable.rows(readable.look().sheets[sheet].name) as told:
        return list(told)


def written(tmp_path: Path, content: str | bytes, name: str = "file.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def workbook(tmp_path: Path, *lines: list[Any], name: str = "file.xlsx") -> Path:
    book = openpyxl.Workbook()
    for line in lines:
        book.active.append(line)
    book.save(tmp_path / name)
    return tmp_path / name


def with_sheet(path: Path, xml: str) -> Path:
    """The workbook with another first sheet."""
    source = zipfile.ZipFile(io.BytesIO(path.read_bytes()))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for part in source.namelist():
            target.writestr(part, xml if part == "xl/worksheets/sheet1.xml" else source.read(part))
    return path


def fault(path: Path, name: str = "") -> FileFault:
    with pytest.raises(UnreadableFileError) as error:
        look(path, name)
    assert error.value.code in KINDS
    assert error.value.detail.endswith(".")
    return FileFault(error.value.code)


class TestText:
    @pytest.mark.parametrize(
        ("codec", "told"),
        [
            ("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("utf-16", "UTF-16"), ("utf-16-le", "UTF-16"),
            ("utf-16-be", "UTF-16"), ("gb18030", "GB18030"),
        ],
    )  # fmt: skip
    def test_encodings_are_found_and_rare_and_right_to_left_names_survive(
        self, tmp_path: Path, codec: str, told: str
    ) -> None:
        path = written(tmp_path, NAMES.encode(codec))
        assert (look(path).encoding, look(path).sheets[0].headers) == (told, ("编号", "姓名", "城市"))
        assert [row.cells[1] for row in rows(path)] == ["𠮷野家", "䶮先生", "محمد بن علي"]
        assert bool(look(path).notes) == (told == "GB18030")

    def test_gbk_of_an_old_spreadsheet_is_gb18030(self, tmp_path: Path) -> None:
        assert look(written(tmp_path, "编号,姓名\n1,王小明\n".encode("gbk"))).encoding == "GB18030"

    @pytest.mark.parametrize(
        "content",
        [
            "id,name\n1,Müller\n2,Gößl\n".encode("cp1252"),
            "id,name\n1,Иван\n2,Дмитрий Иванов\n".encode("cp1251"),
            b"id,name\n1,\xff\xff\xff\n",
        ],
        ids=["western", "cyrillic", "no text"],
    )
    def test_an_encoding_that_fits_none_is_told_and_never_guessed(
        self, tmp_path: Path, content: bytes
    ) -> None:
        assert fault(written(tmp_path, content)) is FileFault.ENCODING

    @pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
    def test_separators_are_found(self, tmp_path: Path, separator: str) -> None:
        path = written(tmp_path, f'a{separator}"b,;|"{separator}c\n1{separator}2{separator}3\n')
        assert look(path).separator == separator
        assert rows(path) == [Row(2, ["1", "2", "3"])]

    def test_excels_own_line_that_names_the_separator_is_no_header(self, tmp_path: Path) -> None:
        path = written(tmp_path, "sep=;\na;b\n1;2\n")
        assert (look(path).sheets[0].header_row, rows(path)) == (2, [Row(3, ["1", "2"])])

    def test_line_breaks_within_quotes_and_blank_lines_count_as_a_spreadsheet_counts(
        self, tmp_path: Path
    ) -> None:
        path = written(tmp_path, 'a,b\n"1\n2",x\n\n3,y\n')
        assert [row.number for row in rows(path)] == [2, 4]

    def test_an_open_quote_is_told_where_it_is(self, tmp_path: Path) -> None:
        with pytest.raises(UnreadableFileError) as error:
            rows(written(tmp_path, 'a,b\n1,2\n"3,4\n'))
        assert (error.value.code, error.value.row) == ("file-no-csv", 3)

    def test_too_many_rows_and_columns_are_told(self, tmp_path: Path) -> None:
        with pytest.raises(UnreadableFileError) as error:
            rows(written(tmp_path, "a,b\n" + "1,2\n" * 50_001))
        assert (error.value.code, error.value.row) == ("file-too-many-rows", 50_002)
        assert fault(written(tmp_path, "a," * 300 + "b\n")) is FileFault.TOO_MANY_COLUMNS


class TestWorkbooks:
    def test_cells_come_as_people_see_them(self, tmp_path: Path) -> None:
        path = workbook(
            tmp_path,
            ["ref", "phone", "amount", "day", "flag", "sum"],
            ["𠮷", 13800001234, 0.1 + 0.2, datetime(2026, 11, 5), True, 12000.5],  # noqa: DTZ001
        )
        (row,) = rows(path)
        assert row == Row(2, ["𠮷", "13800001234", "0.3", datetime(2026, 11, 5), "true", "12000.5"])  # noqa: DTZ001

    def test_title_lines_above_the_header_are_passed_over(self, tmp_path: Path) -> None:
        path = workbook(tmp_path, ["逾期案件清单"], [], ["编号", "姓名"], ["K1", "王"])
        book = openpyxl.load_workbook(path)
        book.active.merge_cells("A1:F1")
        book.save(path)
        sheet = look(path).sheets[0]
        assert (sheet.header_row, sheet.headers, sheet.flaws) == (3, ("编号", "姓名"), ())
        assert rows(path) == [Row(4, ["K1", "王"])]

    def test_merged_cells_in_the_table_are_named(self, tmp_path: Path) -> None:
        path = workbook(tmp_path, ["a", "b"], ["1", "2"], ["3", "4"])
        book = openpyxl.load_workbook(path)
        book.active.merge_cells("A2:A3")
        book.save(path)
        (flaw,) = look(path).sheets[0].flaws
        assert (flaw.row, flaw.code) == (2, "merged-cells")
        assert "A2:A3" in flaw.detail

    def test_formulas_without_a_result_and_error_cells_are_flaws(self, tmp_path: Path) -> None:
        path = workbook(tmp_path, ["a", "b"], ["=1+1", "#N/A"])
        book = openpyxl.load_workbook(path)
        book.active["B2"].data_type = "e"
        book.save(path)
        (row,) = rows(path)
        assert [cell.code for cell in row.cells if isinstance(cell, Flaw)] == [
            "formula-without-value",
            "cell-error",
        ]

    def test_a_formulas_stored_result_is_read(self, tmp_path: Path) -> None:
        cells = '<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c><c r="B1" t="inlineStr"><is><t>b</t></is></c></row>'
        cells += '<row r="2"><c r="A2"><f>1+1</f><v>2</v></c><c r="B2" t="str"><f>""</f><v></v></c></row>'
        assert rows(with_sheet(workbook(tmp_path, ["x"]), SHEET.format(cells))) == [Row(2, ["2", ""])]

    def test_hidden_and_several_sheets_are_told_and_can_be_chosen(self, tmp_path: Path) -> None:
        path = workbook(tmp_path, ["a", "b"], [1, 2])
        book = openpyxl.load_workbook(path)
        other = book.create_sheet("秘密")
        other.sheet_state = "hidden"
        other.append(["c", "d"])
        other.append([3, 4])
        book.save(path)
        seen = look(path)
        assert [(sheet.name, sheet.is_hidden) for sheet in seen.sheets] == [("Sheet", False), ("秘密", True)]
        assert seen.notes[0].partition(":")[0] == "Hidden sheets"
        assert rows(path, sheet=1) == [Row(2, ["3", "4"])]

    def test_a_value_beyond_the_header_is_not_lost_silently(self, tmp_path: Path) -> None:
        assert rows(workbook(tmp_path, ["a", "b"], [1, 2, None, 9])) == [Row(2, ["1", "2", "", "9"])]

    def test_two_cells_far_apart_cost_nothing(self, tmp_path: Path) -> None:
        cells = '<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c><c r="B1" t="inlineStr"><is><t>b</t></is></c></row>'
        cells += '<row r="1048576"><c r="A1048576"><v>1</v></c><c r="XFD1048576"><v>2</v></c></row>'
        assert rows(with_sheet(workbook(tmp_path, ["x"]), SHEET.format(cells))) == [Row(1048576, ["1", ""])]


class TestOtherFiles:
    @pytest.mark.parametrize(
        ("content", "expected"),
        [
            (b"", FileFault.EMPTY),
            (b"\xef\xbb\xbf \n", FileFault.EMPTY),
            (b"%PDF-1.7\n", FileFault.PDF),
            (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, FileFault.PICTURE),
            (b"\xff\xd8\xff\xe0" + b"\0" * 100, FileFault.PICTURE),
            (b"<html><table><tr><td>1</td></tr></table></html>", FileFault.WEB_PAGE),
            (b'<?xml version="1.0"?><Workbook/>', FileFault.WEB_PAGE),
            (b"PK\x03\x04 cut off", FileFault.DAMAGED),
            (b"\x1f\x8b\x08" + b"\0" * 100, FileFault.ARCHIVE),
            (b"a,b\0c\n", FileFault.NO_TEXT),
            (
                b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512 + "Workbook".encode("utf-16-le"),
                FileFault.OLD_EXCEL,
            ),
            (
                b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512 + "EncryptedPackage".encode("utf-16-le"),
                FileFault.ENCRYPTED,
            ),
            (
                b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"),
                FileFault.OTHER_DOCUMENT,
            ),
        ],
    )
    def test_each_has_an_answer_of_its_own(self, tmp_path: Path, content: bytes, expected: FileFault) -> None:
        assert fault(written(tmp_path, content, "cases.xlsx")) is expected

    @pytest.mark.parametrize(
        ("parts", "expected"),
        [
            ({"cases.csv": b"a,b\n"}, FileFault.ARCHIVE),
            ({"xl/workbook.bin": b""}, FileFault.BINARY_EXCEL),
            ({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}, FileFault.OPEN_DOCUMENT),
            ({"[Content_Types].xml": b"", "word/document.xml": b""}, FileFault.OTHER_DOCUMENT),
            ({"xl/workbook.xml": b"<not closed"}, FileFault.DAMAGED),
            ({"xl/workbook.xml": b"<workbook/>", "xl/_rels/workbook.xml.rels": b"<x/>"}, FileFault.NO_SHEET),
        ],
    )
    def test_archives_are_told_by_what_is_in_them(
        self, tmp_path: Path, parts: dict[str, bytes], expected: FileFault
    ) -> None:
        path = tmp_path / "cases.xlsx"
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in parts.items():
                archive.writestr(name, content)
        assert fault(path) is expected

    def test_a_file_of_50_megabytes_is_too_large(self, tmp_path: Path) -> None:
        path = tmp_path / "large.csv"
        with path.open("wb") as file:
            file.truncate(50 * 1024 * 1024)
        assert fault(path) is FileFault.TOO_LARGE
        assert MAX_BYTES < 50 * 1024 * 1024

    def test_a_bomb_is_told_before_it_is_unpacked(self, tmp_path: Path) -> None:
        path = workbook(tmp_path, ["a", "b"])
        with_sheet(path, SHEET.format("<row/>" * 1000 + " " * (inspection.MAX_PART_BYTES + 1)))
        assert path.stat().st_size < 1_000_000
        assert fault(path) is FileFault.BOMB

    def test_a_row_of_too_many_cells_is_a_bomb_too(self, tmp_path: Path) -> None:
        path = with_sheet(workbook(tmp_path, ["a"]), SHEET.format("<row>" + "<c/>" * 20_000 + "</row>"))
        assert fault(path) is FileFault.BOMB

    def test_entities_are_refused(self, tmp_path: Path) -> None:
        xml = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + SHEET.format(
            "<row><c><v>&a;</v></c></row>"
        )
        assert fault(with_sheet(workbook(tmp_path, ["a"]), xml)) is FileFault.DAMAGED

    def test_a_wrong_extension_is_noted_and_the_bytes_count(self, tmp_path: Path) -> None:
        assert "was read as that" in look(written(tmp_path, "a,b\n1,2\n", "cases.xlsx")).notes[0]
        path = workbook(tmp_path, ["a", "b"], name="cases.csv")
        assert (look(path).format, "is XLSX" in look(path).notes[-1]) == ("xlsx", True)


def test_every_fault_of_a_file_is_a_problem_of_its_own() -> None:
    assert {fault.value for fault in FileFault} <= set(KINDS)


def test_the_file_of_errors_opens_right_in_excel_and_runs_nothing() -> None:
    errors = [
        RowError(2, "name", "x", "c", "=HYPERLINK()"),
        RowError(3, "", "y", "c", "+1"),
        RowError(0, "", "z", "c", "王"),
    ]
    assert kept_errors(keep_errors(errors).getvalue()) == errors
    content = write_errors(errors, Kind.CASES, Language.EN)
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.decode("utf-8-sig").splitlines()[1:] == [
        "2,name,'=HYPERLINK(),c,x",
        "3,,'+1,c,y",
        ",,王,c,z",
    ]


def test_the_file_of_errors_is_in_chinese_with_the_same_codes() -> None:
    errors = [
        RowError(2, "placed_on", "Two readings.", "date-ambiguous", "05/06/2026"),
        RowError(3, "", "The reference C1 stands in row 2 too.", "row-twice"),
        RowError(4, "name", "Something new.", "never-heard-of"),
    ]
    assert write_errors(errors, Kind.CASES, Language.ZH).decode("utf-8-sig").splitlines() == [
        "行,列,内容,代码,问题",
        "2,委案日期,05/06/2026,date-ambiguous,日期有两种读法。请先写年份，例如 2026-11-05。",
        "3,,,row-twice,同一条内容在文件中出现了两次。见第 2 行。",
        "4,客户姓名,,never-heard-of,内容不符合要求。",
    ]
