"""What a file of each kind may tell: the one table that reading, mapping, parsing and docs/import.md agree on."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What one row of a file is."""

    CASES = "cases"
    CONTACTS = "contacts"
    CONSENTS = "consents"
    PAYMENTS = "payments"
    SHIFTS = "shifts"


@dataclass(frozen=True, slots=True)
class Column:
    """One field of a row: its name, what it holds, how people call it, and by what else a header may name it."""

    name: str
    required: bool
    meaning: str
    label_en: str
    label_zh: str
    aliases: tuple[str, ...] = ()

    @property
    def headers(self) -> tuple[str, ...]:
        """Every header by which the column is known by itself."""
        return (self.name, self.label_en, self.label_zh, *self.aliases)


# fmt: off
_CASES = (
    Column("reference", True, "The creditor's reference of the case; one row each.", "Case reference", "案件编号",
           ("id", "case id", "case number", "case no", "account number", "loan number", "案件号", "案号", "合同编号", "合同号", "借据号", "贷款编号", "账户编号")),
    Column("customer_reference", False, "The creditor's reference of the person; the case's if left out.", "Customer reference", "客户编号",
           ("customer id", "customer number", "client id", "客户号", "客户代码")),
    Column("name", True, "The customer's name.", "Customer name", "客户姓名",
           ("customer", "full name", "debtor", "borrower", "姓名", "客户名称", "借款人", "持卡人", "债务人")),
    Column("phone", False, "Telephone number; spaces, dashes and brackets do not matter.", "Phone", "手机号",
           ("telephone", "mobile", "phone number", "mobile number", "手机", "手机号码", "电话", "联系电话", "电话号码")),
    Column("email", False, "E-mail address.", "E-mail", "电子邮箱", ("email address", "mail", "邮箱", "电子邮件")),
    Column("language", False, "Language tag; zh in China and en elsewhere if left out.", "Language", "语言", ("语种",)),
    Column("kind", False, "Kind of address: home (if left out), work, other.", "Kind of address", "地址类型",
           ("address kind", "address type", "地址类别")),
    Column("street", True, "Street.", "Street", "街道", ("address", "street name", "address line 1", "地址", "详细地址", "街道地址", "住址")),
    Column("housenumber", False, "House number.", "House number", "门牌号", ("house no", "street number", "门牌", "门牌号码")),
    Column("unit", False, "Flat, floor, door.", "Flat or unit", "房号", ("flat", "apartment", "suite", "door", "address line 2", "室号", "单元", "楼层房号")),
    Column("postcode", False, "Postal code.", "Postal code", "邮政编码", ("zip", "zip code", "post code", "邮编")),
    Column("city", True, "Town.", "City", "城市", ("town", "所在城市", "市")),
    Column("country", True, "Country, ISO 3166 code of two letters.", "Country", "国家", ("country code", "国家代码", "国家地区")),
    Column("lat", True, "Latitude, decimal degrees.", "Latitude", "纬度", ()),
    Column("lon", True, "Longitude, decimal degrees.", "Longitude", "经度", ("lng", "long")),
    Column("crs", True, "Datum of the position: wgs84, gcj02 or bd09.", "Datum", "坐标系", ("coordinate system", "坐标类型", "坐标系统")),
    Column("approximate", False, "Yes if the position is only about right; no if left out.", "Position is approximate", "位置是否大致",
           ("is approximate", "大致位置")),
    Column("creditor", True, "Who is owed.", "Creditor", "债权人", ("bank", "lender", "issuer", "债权方", "委托方", "委托银行", "银行", "委案方")),
    Column("currency", True, "Currency, ISO 4217.", "Currency", "币种", ("currency code", "ccy", "货币", "币别")),
    Column("principal", True, "Principal in major units: 12,000.50.", "Principal", "本金",
           ("principal amount", "principal balance", "本金余额", "剩余本金", "欠款本金")),
    Column("interest", False, "Interest in major units; 0 for a new case if left out.", "Interest", "利息", ("interest amount", "欠息", "利息余额")),
    Column("fees", False, "Fees in major units; 0 for a new case if left out.", "Fees", "费用", ("charges", "fee", "违约金", "滞纳金", "其他费用")),
    Column("team", False, "Name of the team.", "Team", "团队", ("team name", "组别", "小组")),
    Column("collector", False, "User name of a collector of that team.", "Collector", "外访员", ("agent", "assigned to", "催收员", "作业员")),
    Column("packs", False, "Rule packs, separated by ;, the organisation's if left out.", "Rule packs", "规则包", ("rule pack",)),
    Column("skills", False, "Skills a visit needs, separated by ;.", "Skills", "技能", ("所需技能",)),
    Column("priority", False, "0 to 100; 50 for a new case if left out.", "Priority", "优先级", ()),
    Column("placed_on", False, "Day of the placement; today for a new case if left out.", "Placed on", "委案日期",
           ("placement date", "date placed", "委托日期", "委外日期")),
    Column("recall_on", False, "Day on which the creditor takes the case back.", "Recall on", "退案日期",
           ("recall date", "到期退案日", "委托到期日", "预计退案日期")),
    Column("due_on", False, "Day on which the debt fell due: limitation begins there.", "Due on", "到期日",
           ("due date", "default date", "逾期日期", "逾期起始日", "账单到期日")),
    Column("born_on", False, "Day of birth: read to warn of minors, never kept.", "Day of birth", "出生日期", ("birth date", "date of birth", "birthday", "生日")),
)

_CONTACTS = (
    Column("case_reference", True, "The creditor's reference of the case.", "Case reference", "案件编号",
           ("reference", "case id", "case number", "案件号", "合同号", "借据号")),
    Column("channel", True, "visit, call, message, email, letter or online.", "Channel", "渠道",
           ("contact channel", "method", "联系方式", "催收方式", "触达方式")),
    Column("at", True, "When it happened: day and time, in the organisation's zone unless an offset is told.", "Time of contact", "联系时间",
           ("time", "date", "date and time", "contact time", "contacted at", "时间", "催收时间", "触达时间")),
    Column("result", True, "reached, third_party, nobody, delivered, refused, undelivered or aborted.", "Result", "结果",
           ("outcome", "status", "联系结果", "催收结果", "触达结果")),
    Column("direction", False, "out (if left out): we sought the customer; in: they sought us.", "Direction", "方向", ("呼叫方向",)),
    Column("person_met", False, "self, guarantor, related, unrelated or none.", "Person met", "接触对象", ("person", "who", "接听人", "联系对象")),
    Column("note", False, "What was said or seen.", "Note", "备注", ("notes", "remark", "comment", "催记", "说明")),
)

_CONSENTS = (
    Column("case_reference", True, "The creditor's reference of the case in which it was told; it holds in every case of that customer.", "Case reference", "案件编号",
           ("reference", "case id", "case number", "案件号", "合同号", "借据号")),
    Column("kind", True, "odd_hours, short_notice, more_visits or workplace.", "Kind of consent", "同意事项", ("consent", "consent kind", "agreed to", "同意类型", "同意内容类型")),
    Column("channel", True, "How it was given: visit, call, message, email, letter or online.", "Channel", "渠道", ("given by", "method", "同意方式", "取得方式")),
    Column("given_at", True, "When it was given: day and time, in the organisation's zone unless an offset is told.", "Given at", "同意时间",
           ("given on", "consent date", "consent time", "同意日期", "取得时间")),
    Column("words", True, "What was agreed, and where it is recorded.", "Words", "同意原话", ("wording", "what was agreed", "recorded in", "同意内容", "原文", "出处")),
    Column("since", False, "From when on it covers visits; from then on if left out.", "Covers from", "生效时间", ("from", "valid from", "生效日期")),
    Column("until", False, "Until when; a day alone means to its end; without end if left out.", "Covers until", "截止时间", ("to", "valid until", "expires", "截止日期", "有效期至")),
    Column("written", False, "Yes if it is in writing; what the channel says if left out.", "In writing", "是否书面", ("is written", "书面同意")),
)

_PAYMENTS = (
    Column("reference", True, "The bank's or gateway's number of the payment; one payment each.", "Payment reference", "支付流水号",
           ("payment id", "transaction id", "transaction number", "流水号", "交易流水号", "还款流水号", "交易编号")),
    Column("case_reference", True, "The creditor's reference of the case.", "Case reference", "案件编号",
           ("case id", "case number", "案件号", "合同号", "借据号")),
    Column("amount", True, "Amount in major units: 1,234.50.", "Amount", "金额", ("paid", "amount paid", "payment amount", "还款金额", "支付金额", "入账金额")),
    Column("currency", False, "Currency, ISO 4217; the organisation's if left out.", "Currency", "币种", ("currency code", "ccy", "货币", "币别")),
    Column("paid_at", True, "When it was paid: a day, or day and time, in the organisation's zone unless an offset is told.", "Paid at", "还款时间",
           ("paid on", "date", "payment date", "transaction date", "还款日期", "支付时间", "交易时间", "入账日期")),
    Column("method", True, "bank_transfer, card, gateway, direct_debit, counter or cheque.", "Method", "支付方式",
           ("payment method", "还款方式", "还款渠道", "支付渠道")),
    Column("verified_in", False, "The ledger or statement in which the money was seen; reported but not verified if left out.", "Verified in", "核实来源",
           ("seen in", "statement", "ledger", "对账单", "入账凭证", "核对依据")),
)

_SHIFTS = (
    Column("collector", True, "User name of the collector.", "Collector", "外访员", ("user name", "username", "agent", "催收员", "工号")),
    Column("day", True, "Day of the shift.", "Day", "日期", ("date", "shift date", "班次日期", "排班日期")),
    Column("starts", True, "When it begins: 09:00.", "Starts", "开始时间", ("start", "start time", "from", "上班时间", "开始")),
    Column("ends", True, "When it ends, on the same day, or on the next if that is earlier.", "Ends", "结束时间", ("end", "end time", "to", "until", "下班时间", "结束")),
    Column("start_lat", True, "Latitude of the place where the day begins.", "Start latitude", "起点纬度", ("lat", "latitude", "纬度")),
    Column("start_lon", True, "Longitude of that place.", "Start longitude", "起点经度", ("lon", "lng", "longitude", "经度")),
    Column("end_lat", False, "Latitude of the place where it ends; where it began if left out.", "End latitude", "终点纬度", ()),
    Column("end_lon", False, "Longitude of that place.", "End longitude", "终点经度", ()),
    Column("crs", True, "Datum of the positions: wgs84, gcj02 or bd09.", "Datum", "坐标系", ("coordinate system", "坐标类型", "坐标系统")),
    Column("break_from", False, "From when the break may be taken: 12:00.", "Break from", "休息开始", ("lunch from", "午休开始")),
    Column("break_to", False, "Until when it must be over.", "Break to", "休息结束", ("lunch to", "午休结束")),
    Column("break_minutes", False, "How long the break is, in minutes.", "Break minutes", "休息分钟", ("lunch minutes", "午休分钟")),
)

# fmt: on
COLUMNS: Mapping[Kind, tuple[Column, ...]] = {
    Kind.CASES: _CASES,
    Kind.CONTACTS: _CONTACTS,
    Kind.CONSENTS: _CONSENTS,
    Kind.PAYMENTS: _PAYMENTS,
    Kind.SHIFTS: _SHIFTS,
}


def required_of(kind: Kind) -> tuple[str, ...]:
    """The fields that every file of this kind needs."""
    return tuple(column.name for column in COLUMNS[kind] if column.required)
