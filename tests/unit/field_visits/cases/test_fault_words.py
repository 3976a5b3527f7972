"""The file of errors in Chinese has no English sentence, and loses nothing that the English one tells."""

import pytest

from field_visits.cases.importing.fault_words import FAULTS_ZH, UNKNOWN_ZH, fault_in_chinese


@pytest.mark.parametrize(
    ("code", "detail", "chinese"),
    [
        ("row-twice", "The reference W-2 stands in row 3 too.", f"{FAULTS_ZH['row-twice']}见第 3 行。"),
        (
            "rows-contradict",
            "Row 12 tells other details of this customer.",
            f"{FAULTS_ZH['rows-contradict']}见第 12 行。",
        ),
        (
            "value-invalid",
            "The datum of the position is not known; say one of wgs84, gcj02, bd09.",
            f"{FAULTS_ZH['value-invalid']}可填写：wgs84, gcj02, bd09。",
        ),
        (
            "value-invalid",
            "A coordinate is a decimal number of degrees, for instance 31.2304.",
            f"{FAULTS_ZH['value-invalid']}例如 31.2304。",
        ),
        (
            "value-invalid",
            "Write the break's minutes, from 1 to 240.",
            f"{FAULTS_ZH['value-invalid']}应在 1 到 240 之间。",
        ),
        (
            "date-as-number",
            "«45966» is how Excel counts the day 2025-11-05; format the column as a date, or write 2025-11-05.",
            f"{FAULTS_ZH['date-as-number']}应写成 2025-11-05。",
        ),
        ("cell-empty", "The cell city is empty.", FAULTS_ZH["cell-empty"]),
        ("a-code-of-tomorrow", "Something else is wrong.", UNKNOWN_ZH),
    ],
)
def test_what_a_sentence_tells_is_told_in_chinese(code: str, detail: str, chinese: str) -> None:
    assert fault_in_chinese(code, detail) == chinese
