"""The words of an instalment agreement in Chinese and English: the six blocks of CN-PLAN-3 and their labels.

Pure text from figures. The blocks become part of the terms as data, so that changing a word here changes
the hash of later agreements and never the meaning of earlier ones.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final, Literal

from field_visits.kernel.money import MINOR_DIGITS, Money

Language = Literal["zh", "en"]

# 商业银行信用卡业务监督管理办法 art. 70, in its order.
BLOCK_KINDS: Final = ("balance", "payment", "interest_and_fees", "no_new_cards", "rights_and_breach", "other")

LABELS: Final[Mapping[Language, Mapping[str, str]]] = MappingProxyType(
    {
        "zh": MappingProxyType(
            {
                "title": "个性化分期还款协议",
                "reference": "案件编号：",
                "creditor": "甲方（债权人）：",
                "customer": "乙方（客户）：上述案件的债务人，姓名见协议首部",
                "schedule": "还款计划表",
                "row": "第{no}期  {due_on}  {amount} {currency}（其中分期利息 {interest}）",
                "sum": "合计应还：",
                "hash": "条款摘要（SHA-256）：",
            }
        ),
        "en": MappingProxyType(
            {
                "title": "Personal instalment agreement",
                "reference": "Case reference: ",
                "creditor": "Creditor: ",
                "customer": "Customer: the debtor of that case, named at the head of the agreement",
                "schedule": "Schedule of payments",
                "row": "No. {no}  {due_on}  {amount} {currency} (of which plan interest {interest})",
                "sum": "Total payable: ",
                "hash": "Hash of the terms (SHA-256): ",
            }
        ),
    }
)

_CONSENT: Final[Mapping[Language, Mapping[str, str]]] = MappingProxyType(
    {
        "zh": MappingProxyType(
            {
                "own_phone_code": (
                    "本人已阅读并理解本协议全部条款，自愿签署。本人同意采用以下电子签名方式："
                    "在本人自己的手机上打开协议，以发送至预留号码的一次性验证码确认本人意愿，并手写签名。"
                ),
                "collector_phone": (
                    "本人已阅读并理解本协议全部条款，自愿签署。本人同意采用以下电子签名方式："
                    "在外访人员的手机上阅读协议并手写签名。本人知悉该方式的证明等级低于在本人手机上签署。"
                ),
            }
        ),
        "en": MappingProxyType(
            {
                "own_phone_code": (
                    "I have read and understood all terms of this agreement and sign it of my own free will. I agree to this "
                    "way of signing: I open the agreement on my own phone, confirm with a one-time code sent to the number "
                    "on file, and sign by hand."
                ),
                "collector_phone": (
                    "I have read and understood all terms of this agreement and sign it of my own free will. I agree to this "
                    "way of signing: I read the agreement on the collector's phone and sign it there by hand. I know that this "
                    "is a lower grade of proof than signing on my own phone."
                ),
            }
        ),
    }
)
_ZH_CYCLE: Final = {"monthly": "每月", "fortnightly": "每两周", "weekly": "每周"}
_EN_CYCLE: Final = {"monthly": "monthly", "fortnightly": "fortnightly", "weekly": "weekly"}
_ZH_METHOD: Final = {
    "bank_transfer": "银行转账",
    "direct_debit": "授权扣款",
    "creditor_app": "债权人官方应用内支付",
}
_EN_METHOD: Final = {
    "bank_transfer": "bank transfer",
    "direct_debit": "direct debit",
    "creditor_app": "payment in the creditor's own app",
}
_ZH_CURRENCY: Final = {
    "CNY": "人民币",
    "USD": "美元",
    "GBP": "英镑",
    "INR": "印度卢比",
    "EUR": "欧元",
    "CHF": "瑞士法郎",
    "SGD": "新加坡元",
}
_DIGITS: Final = "零壹贰叁肆伍陆柒捌玖"
_PLACES: Final = ("", "拾", "佰", "仟")
# A group of four digits that needs no 零 before it.
_FULL_GROUP: Final = 1_000
# Each stands for four more digits; kept amounts end well below the last.
_GROUPS: Final = ("", "万", "亿", "万亿")


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures that the blocks speak of."""

    agreed_from: date
    total: Money
    principal: Money
    interest: Money
    fees: Money
    count: int
    cycle: str
    method: str
    pay_to: str
    first_due_on: date
    last_due_on: date
    total_payable: Money
    plan_interest: Money
    annual_rate_bp: int
    fees_continue: bool
    promises_no_new_card: bool
    grace_days: int
    chinese_prevails: bool


def figure(money: Money) -> str:
    """The amount without its currency, grouped: `12,345.67`."""
    return minor_figure(money.amount_minor, money.currency)


def minor_figure(amount_minor: int, currency: str) -> str:
    """Minor units of `currency` as a grouped figure."""
    digits = MINOR_DIGITS[currency]
    whole, part = divmod(abs(amount_minor), 10**digits)
    return f"{'-' if amount_minor < 0 else ''}{whole:,}.{part:0{digits}d}"


def consent(method: str, language: Language) -> str:
    """What the customer agrees to by signing, naming the method (电子签名法 art. 13; 15 USC 7001(c))."""
    return _CONSENT[language][method]


def rate(annual_rate_bp: int) -> str:
    """Basis points a year as a percentage: 1825 is `18.25%`."""
    return f"{annual_rate_bp // 100}.{annual_rate_bp % 100:02d}%"


def capital_amount(money: Money) -> str:
    """A renminbi amount in the capital characters that Chinese contracts state beside the figure.

    As 支付结算办法 annex 1 has it: 12345.60 is 壹万贰仟叁佰肆拾伍元陆角, 100.05 is 壹佰元零伍分, 8.00 is 捌元整.

    Raises:
        ValueError: Another currency than CNY, or a negative amount.
    """
    if money.currency != "CNY" or money.amount_minor < 0:
        raise ValueError("Capital characters are for renminbi amounts of zero or more.")
    yuan, cents = divmod(money.amount_minor, 100)
    jiao, fen = divmod(cents, 10)
    text = f"{_capital_whole(yuan)}元" if yuan or not cents else ""
    if not cents:
        return f"{text}整"
    if jiao:
        text += f"{_DIGITS[jiao]}角"
    elif yuan:
        text += "零"
    return f"{text}{_DIGITS[fen]}分" if fen else text


def six_blocks(
    figures: Figures, language: Language, *, other: Sequence[str]
) -> tuple[tuple[str, str, str], ...]:
    """`(kind, title, text)` of the six mandatory blocks of CN-PLAN-3, in order."""
    written = _zh_blocks(figures, other) if language == "zh" else _en_blocks(figures, other)
    return tuple((kind, title, text) for kind, (title, text) in zip(BLOCK_KINDS, written, strict=True))


def _capital_whole(number: int) -> str:
    if number == 0:
        return _DIGITS[0]
    groups = []
    while number:
        number, group = divmod(number, 10_000)
        groups.append(group)
    text = ""
    is_gap = False
    for place in range(len(groups) - 1, -1, -1):
        group = groups[place]
        if group == 0:
            is_gap = True
            continue
        # One 零 stands for any run of zeros between two digits that speak.
        if text and (is_gap or group < _FULL_GROUP):
            text += _DIGITS[0]
        text += _capital_group(group) + _GROUPS[place]
        is_gap = False
    return text


def _capital_group(group: int) -> str:
    text = ""
    is_gap = False
    for place in (3, 2, 1, 0):
        digit = group // 10**place % 10
        if digit == 0:
            is_gap = bool(text)
            continue
        text += (_DIGITS[0] if is_gap else "") + _DIGITS[digit] + _PLACES[place]
        is_gap = False
    return text


def _zh_date(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _zh_money(money: Money) -> str:
    text = f"{_ZH_CURRENCY[money.currency]}{figure(money)}元" if money.currency == "CNY" else f"{money}"
    return f"{text}（大写：{capital_amount(money)}）" if money.currency == "CNY" else text


def _zh_short(money: Money) -> str:
    return f"{figure(money)}元" if money.currency == "CNY" else f"{money}"


def _zh_blocks(figures: Figures, other: Sequence[str]) -> tuple[tuple[str, str], ...]:
    if figures.annual_rate_bp:
        interest = (
            f"分期期间按年利率{rate(figures.annual_rate_bp)}，以各期未还余额计收分期利息，合计{_zh_money(figures.plan_interest)}，"
            "已全部列入还款计划表；除此以外不再计收其他利息、罚息或复利。"
        )
    else:
        interest = "自本协议签署之日起，乙方依约还款期间停止计收利息、罚息和复利。"
    fees = (
        "原合同约定的费用在分期期间继续按原合同收取，不因本协议增加新的费用。"
        if figures.fees_continue
        else "分期期间停止收取违约金及各项费用，本协议本身不收取任何手续费。"
    )
    cards = (
        "乙方承诺：在本协议项下欠款全部清偿之前，不向任何银行申请信用卡。"
        if figures.promises_no_new_card
        else "本协议不要求乙方就申请信用卡作出承诺。"
    )
    return (
        (
            "第一条 欠款余额、结构与币种",
            (
                f"截至{_zh_date(figures.agreed_from)}，乙方尚欠甲方{_zh_money(figures.total)}，其中本金{_zh_short(figures.principal)}，"
                f"利息{_zh_short(figures.interest)}，费用{_zh_short(figures.fees)}。币种为{_ZH_CURRENCY[figures.total.currency]}"
                f"（{figures.total.currency}）。"
            ),
        ),
        (
            "第二条 还款周期、方式、币种、日期与每期金额",
            (
                f"上述欠款分{figures.count}期偿还，{_ZH_CYCLE[figures.cycle]}一期；首期还款日为{_zh_date(figures.first_due_on)}，"
                f"末期还款日为{_zh_date(figures.last_due_on)}；合计应还{_zh_money(figures.total_payable)}。"
                f"还款方式为{_ZH_METHOD[figures.method]}，收款方为：{figures.pay_to}。每期日期、币种和金额以还款计划表为准。"
                "任何上门人员均无权收取现金或要求向个人账户付款。"
            ),
        ),
        ("第三条 还款期间是否计收费用与利息", interest + fees),
        ("第四条 关于申请信用卡的承诺", cards),
        (
            "第五条 双方的权利、义务与违约责任",
            (
                "甲方：自本协议签署起，在乙方依约还款期间停止一切催收，包括上门；及时入账，并应乙方要求免费提供还款记录和结清证明。\n"
                "乙方：按期足额还款；可随时提前偿还部分或全部欠款而无须支付费用；收入或家庭情况变化时有权申请调整计划；"
                "随时有权提出异议、申请困难援助或投诉。\n"
                f"违约：任何一期在还款日后{figures.grace_days}日内仍未足额偿还的，甲方应先书面通知乙方并给予说明和调整的机会；"
                "仍未补足的，甲方可以终止本协议，就未还余额按原合同主张权利。已还款项不予退回，全部抵扣欠款。"
            ),
        ),
        (
            "第六条 其他约定",
            "本协议不是新的借款，不要求乙方以新的借款还款。双方约定采用本文件“签署记录”所载的电子签名方式，"
            "签署后任何改动均可被发现；签署后即时向乙方提供一份副本。"
            + ("中文与其他文字不一致的，以中文为准。" if figures.chinese_prevails else "")
            + "".join(other),
        ),
    )


def _en_blocks(figures: Figures, other: Sequence[str]) -> tuple[tuple[str, str], ...]:
    if figures.annual_rate_bp:
        interest = (
            f"While the plan runs, plan interest of {rate(figures.annual_rate_bp)} a year is charged on what is still owed, "
            f"{figures.plan_interest} in all; every part of it is already in the schedule. No other interest, "
            "penalty interest or compound interest is charged. "
        )
    else:
        interest = (
            "From the day of signing and while the customer keeps to the plan, no interest, penalty interest or "
            "compound interest is charged. "
        )
    fees = (
        "Fees of the original contract continue under that contract; this agreement adds none."
        if figures.fees_continue
        else "No late charges or fees are taken while the plan runs, and this agreement costs nothing."
    )
    cards = (
        "The customer promises not to apply for a credit card of any bank until the debt under this agreement is cleared."
        if figures.promises_no_new_card
        else "This agreement asks the customer for no promise about credit cards."
    )
    return (
        (
            "1. Balance, its parts and currency",
            (
                f"On {figures.agreed_from.isoformat()} the customer owes the creditor {figures.total}: principal "
                f"{figures.principal}, interest {figures.interest}, fees {figures.fees}. The currency is "
                f"{figures.total.currency}."
            ),
        ),
        (
            "2. Cycle, method, currency, dates and amount of each payment",
            (
                f"The debt is paid in {figures.count} instalments, {_EN_CYCLE[figures.cycle]}, the first on "
                f"{figures.first_due_on.isoformat()} and the last on {figures.last_due_on.isoformat()}, "
                f"{figures.total_payable} in all. Method: {_EN_METHOD[figures.method]}; payee: {figures.pay_to}. The schedule "
                "states date, currency and amount of each instalment. No visitor may take cash or ask for payment to "
                "a private account."
            ),
        ),
        ("3. Whether fees and interest continue", interest + fees),
        ("4. Promise about new credit cards", cards),
        (
            "5. Rights, duties and breach",
            (
                "Creditor: stops all collection, visits included, from signing and for as long as the customer keeps to the "
                "plan; books payments promptly; gives a payment record and a settlement letter free of charge.\n"
                "Customer: pays each instalment in full and on time; may repay early, in part or in full, at no cost; may "
                "ask for a change of plan when income or family circumstances change; may at any time dispute the debt, "
                "ask for hardship help or complain.\n"
                f"Breach: if an instalment is not paid in full within {figures.grace_days} days after its due date, the "
                "creditor first writes to the customer and offers a chance to explain and to change the plan; if it stays "
                "unpaid, the creditor may end this agreement and claim the remaining balance under the original contract. "
                "All payments made are set against the debt."
            ),
        ),
        (
            "6. Other terms",
            "This agreement is not a new loan and asks for no new borrowing. The parties agree on the electronic signing "
            "method named in the signing record of this document; any later change can be found. The customer is given a "
            "copy at once."
            + (" Where the texts differ, the Chinese one prevails." if figures.chinese_prevails else "")
            + "".join(f" {text}" for text in other),
        ),
    )
