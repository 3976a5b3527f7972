"""Large import files for measuring: invented people in Shanghai, always the same for the same arguments."""

import csv
from collections.abc import Iterator
from pathlib import Path

import openpyxl

HEADER = (
    "案件编号",
    "客户姓名",
    "手机号",
    "街道",
    "门牌号",
    "城市",
    "国家",
    "纬度",
    "经度",
    "坐标系",
    "债权人",
    "币种",
    "本金",
    "利息",
)
_FAMILY, _GIVEN = "赵钱孙李周吴郑王𠮷䶮", "安宁和平文博子涵雨桐"


def case_rows(count: int, *, prefix: str = "K") -> Iterator[tuple[str, ...]]:
    """As many cases, each with a person and a door of its own."""
    for number in range(count):
        name = _FAMILY[number % 10] + _GIVEN[number // 10 % 10] + _GIVEN[number // 100 % 10]
        lat, lon = 31.1 + number % 100 / 1000, 121.4 + number // 100 % 100 / 1000
        yield (
            f"{prefix}{number:06d}", name, f"100{number:08d}", "南京西路", str(number), "上海", "CN", f"{lat:.4f}",
            f"{lon:.4f}", "wgs84", "示例银行", "CNY", f"{number + 1:,}.50", "0.25",
        )  # fmt: skip


def write_cases(path: Path, *, rows: int, form: str, prefix: str = "K") -> Path:
    """The file in `form`: an encoding of CSV, or `xlsx`. Returns where it lies, with its extension."""
    if form == "xlsx":
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet("案件")
        sheet.append(HEADER)
        for row in case_rows(rows, prefix=prefix):
            sheet.append(row)
        book.save(path.with_suffix(".xlsx"))
        return path.with_suffix(".xlsx")
    with path.with_suffix(".csv").open("w", encoding=form, newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows(case_rows(rows, prefix=prefix))
    return path.with_suffix(".csv")
