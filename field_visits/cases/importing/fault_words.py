"""What is wrong with a file or a row, in Chinese, by the stable codes; the one table for the file of errors and the screens.

In English the sentence itself is shown: it also names the values. `make reference` hands the table to the screens.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType

FAULTS_ZH: Mapping[str, str] = MappingProxyType(
    {
        "too-large": "文件太大。请拆分成几个文件分别导入。",
        "file-empty": "没有数据。请提供带列名和数据行的表格。",
        "file-too-large": "文件太大。请拆分成几个文件分别导入。",
        "file-too-many-rows": "超过 50,000 行。请拆分成几个文件分别导入。",
        "file-too-many-columns": "超过 256 列。请删去不需要的列。",
        "file-unpacks-too-large": "工作簿解压后过大。请只把表格复制到新的工作簿。",
        "file-old-excel": "这是旧版 Excel 文件（.xls）。请另存为 .xlsx 或 CSV（UTF-8）。",
        "file-binary-excel": "这是二进制 Excel 文件（.xlsb）。请另存为 .xlsx 或 CSV（UTF-8）。",
        "file-open-document": "这是 OpenDocument 文件（.ods）。请另存为 .xlsx 或 CSV（UTF-8）。",
        "file-encrypted": "文件有密码。请去掉密码后再上传。",
        "file-web-page": "这其实是一个网页，只是文件名像表格。请用 Excel 或 WPS 打开，另存为 .xlsx。",
        "file-pdf": "这是 PDF，不是表格。请提供 .xlsx 或 CSV 表格。",
        "file-picture": "这是图片，不是表格。请提供 .xlsx 或 CSV 表格。",
        "file-archive": "这是压缩包。请解压后上传其中的表格。",
        "file-other-document": "这是文档或演示文稿，不是表格。请提供表格本身。",
        "file-damaged": "文件已损坏或不完整。请重新保存后再上传。",
        "file-no-text": "这不是文本表格。请另存为 .xlsx 或 CSV（UTF-8）。",
        "file-encoding-unknown": "无法识别文字编码。请另存为 .xlsx 或 CSV（UTF-8）。",
        "file-no-csv": "从这一行起无法按 CSV 读取，请检查引号是否成对。",
        "file-no-sheet": "工作簿中没有这个工作表。",
        "merged-cells": "表格中有合并单元格。请取消合并，让每一行写全自己的内容。",
        "formula-without-value": "公式没有保存结果。请在 Excel 或 WPS 中打开并保存一次，再上传。",
        "cell-error": "单元格是 #N/A 之类的错误值。请修改这个单元格。",
        "cell-duration": "这里是时长，不是内容。请把该列设为文本后重新填写。",
        "column-missing": "缺少这个必填字段。请在文件中补上，或选择对应的列。",
        "column-twice": "有两列对应同一个字段。请只保留一列。",
        "row-width": "这一行的单元格数与列名不一致。请检查是否少了引号或列名。",
        "cell-empty": "必填项是空的。",
        "value-invalid": "内容不符合要求。",
        "word-unknown": "不认识这个词。请使用规定的选项。",
        "turned-into-date": "表格软件把它变成了日期或时间。请把该列设为文本后重新填写。",
        "number-shortened": "号码被表格软件缩写，后面的数字已经丢失。请把该列设为文本后重新填写。",
        "amount-ambiguous": "金额有两种读法。请用小数点写两位小数，例如 1234.50。",
        "amount-currency": "金额的币种符号与这一行的币种不一致。",
        "amount-negative": "金额不能是负数。",
        "amount-zero": "金额是 0。请删去这一行。",
        "date-ambiguous": "日期有两种读法。请先写年份，例如 2026-11-05。",
        "date-as-number": "日期变成了数字。请把该列设为日期格式，或直接写日期。",
        "date-invalid": "不是有效的日期。请写成 2026-11-25 这样。",
        "date-with-time": "这里只写日期，不写时间。",
        "dates-contradict": "日期相互矛盾：退案日期不得早于委案日期，到期日不得晚于委案日期。",
        "time-ambiguous": "当地在这个时刻调整时钟。请写明时差。",
        "time-in-future": "时间在将来，还没有发生。",
        "time-invalid": "不是有效的时间。请写成 14:30，或 2026-11-05 14:30。",
        "time-missing": "请同时写日期和时间，例如 2026-11-05 14:30。",
        "row-twice": "同一条内容在文件中出现了两次。",
        "rows-contradict": "同一客户在不同行的资料或地址不一致。",
        "team-unknown": "没有这个小组。请先创建，或修改名称。",
        "collector-unknown": "没有这个外访员，已停用，或不在该小组。请先创建，或修改用户名。",
        "customer-differs": "这个案件属于另一位客户；案件不能更换客户。",
        "currency-differs": "币种与这笔债务的币种不同；债务的币种不能改变。",
        "case-not-open": "案件已结案、退案或撤回，与这一行不一致。请用新的编号委案。",
        "case-unknown": "没有这个编号的案件。请先导入案件，或修改编号。",
        "contact-differs": "同一案件、渠道和时间已有内容不同的联系记录；联系记录不能修改。",
        "consent-differs": "同一案件、事项和时间已有内容不同的客户同意；已有记录不能修改。请先撤回，再登记新的同意。",
        "consent-withdrawn": "客户已撤回这项同意，只有新的同意才有效。请删去这一行。",
        "dates-reversed": "截止时间早于开始时间。",
        "payment-differs": "同一流水号已有内容不同的还款。请修改这一行，或驳回原记录后用新的流水号。",
        "payment-rejected": "这笔还款已被驳回。如果后来查到，请用新的流水号。",
        "shift-over": "这个班次已经结束。只能导入以后的排班。",
        "shift-too-long": "班次过长。请检查结束时间是否早于开始时间。",
        "shifts-overlap": "与同一人的另一个班次重叠。",
        "break-does-not-fit": "休息时间放不进班次，或比允许休息的时段还长。",
        # Questions of law.
        "place-barred": "规则不允许在这类地点上门。请改用其他地址，或在案件中登记客户的同意。",
        "law-not-chosen": "该地址适用的法律没有对应的规则包。请选择规则包，否则所有操作都会被拒绝。",
        "customer-minor": "客户未满十八岁，不得联系。请立即对案件停催。",
        "no-way-to-notify": "没有电话和邮箱，上门前的通知只能寄信。请补充联系方式。",
        "no-written-way": "只有电话：依法须书面告知的内容不能发短信。请补充邮箱，或改用信函。",
        "debt-expired": "诉讼时效可能已过。提出分期方案、签约和送达文书须先由法务在案件中批准。",
    }
)
UNKNOWN_ZH = "内容不符合要求。"

# Where the English sentence says more than the word for its code: a row's number, a day, what a cell must be.
TELLING = frozenset(
    {
        "value-invalid",
        "word-unknown",
        "row-twice",
        "rows-contradict",
        "shifts-overlap",
        "date-as-number",
        "file-no-csv",
        "merged-cells",
    }
)


# What such a sentence says more, found in it and said in Chinese. Both Python's and the browsers' expressions read them.
PARTICULARS_ZH: Mapping[str, str] = MappingProxyType(
    {
        r"\b[Rr]ow (\d+)": "见第 $1 行。",
        r"\bone of ([\w]+(?:, \w+)*)": "可填写：$1。",
        r"\bthe day (\d{4}-\d\d-\d\d)": "应写成 $1。",
        r"\bfrom (\d+) to (\d+)": "应在 $1 到 $2 之间。",
        r"\b([A-Z]+\d+:[A-Z]+\d+)\b": "单元格 $1。",
        r"\b(?:for instance|such as|like) (\S+?)[.;]?(?= |$)": "例如 $1。",
    }
)


def fault_in_chinese(code: str, detail: str) -> str:
    """The word for the code, and what the sentence behind it says more: rows, words, days."""
    words = FAULTS_ZH.get(code)
    if words is not None and code not in TELLING:
        return words
    found = ((re.search(pattern, detail), told) for pattern, told in PARTICULARS_ZH.items())
    return (words or UNKNOWN_ZH) + "".join(_filled(told, hit) for hit, told in found if hit)


def _filled(told: str, hit: re.Match[str]) -> str:
    return re.sub(r"\$(\d)", lambda place: hit[int(place[1])], told)
