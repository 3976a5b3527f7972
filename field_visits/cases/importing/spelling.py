"""Words of closed lists as people write them, in Chinese and English. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from field_visits.cases import words
from field_visits.cases.importing.mapping import folded
from field_visits.cases.importing.values import UnreadableValueError
from field_visits.cases.words import ContactResult, Direction, PaymentMethod, PersonMet
from field_visits.compliance.facts import Channel, ConsentKind

WordT = TypeVar("WordT", bound=StrEnum)

_SPELT: Mapping[type[StrEnum], Mapping[str, tuple[str, ...]]] = {
    Channel: {
        "visit": ("外访", "上门", "上门外访", "home visit", "field visit"),
        "call": ("电话", "电催", "外呼", "phone", "phone call", "telephone"),
        "message": ("短信", "微信", "彩信", "sms", "text", "text message"),
        "email": ("邮件", "电子邮件", "邮箱", "mail by computer"),
        "letter": ("信函", "函件", "律师函", "催收函", "post"),
        "online": ("线上", "在线", "网上", "web", "portal"),
    },
    ContactResult: {
        "reached": ("接通", "已接通", "本人接听", "联系到本人", "见到本人", "answered", "spoke"),
        "third_party": ("第三方", "他人接听", "第三人", "third person"),
        "nobody": ("无人", "无人应答", "无人接听", "未接通", "不在家", "no answer", "not home"),
        "delivered": ("送达", "已送达", "签收", "sent and received"),
        "refused": ("拒绝", "拒收", "拒接"),
        "undelivered": ("未送达", "退回", "发送失败", "returned", "bounced"),
        "aborted": ("中止", "中断", "放弃", "broken off"),
    },
    ConsentKind: {
        "odd_hours": ("非常规时段", "早晚时段上门", "夜间上门", "odd hours", "early or late"),
        "short_notice": ("临时上门", "不必提前通知", "缩短通知", "short notice"),
        "more_visits": ("增加上门次数", "多次上门", "more visits", "more frequent visits"),
        "workplace": ("单位上门", "到单位上门", "工作单位", "at work", "visits at work"),
    },
    Direction: {
        "out": ("呼出", "主动", "去电", "outbound", "outgoing"),
        "in": ("呼入", "来电", "客户来电", "inbound", "incoming"),
    },
    PersonMet: {
        "self": ("本人", "债务人", "借款人", "持卡人", "debtor", "customer"),
        "guarantor": ("担保人", "保证人", "共同借款人"),
        "related": ("亲属", "家属", "家人", "配偶", "relative", "family"),
        "unrelated": ("无关人员", "无关", "邻居", "同事", "stranger"),
        "none": ("无", "没有", "无人", "nobody"),
    },
    PaymentMethod: {
        "bank_transfer": ("银行转账", "转账", "汇款", "transfer", "wire"),
        "card": ("银行卡", "刷卡", "card payment", "debit card", "credit card"),
        "gateway": ("支付宝", "微信支付", "网关", "第三方支付", "online payment"),
        "direct_debit": ("代扣", "自动扣款", "批量代扣", "debit order"),
        "counter": ("柜台", "柜面", "银行柜台", "branch", "over the counter"),
        "cheque": ("支票", "check"),
    },
}
_YES, _NO = {"true", "yes", "1", "y", "是"}, {"false", "no", "0", "n", "否"}
_KNOWN: Mapping[type[StrEnum], Mapping[str, StrEnum]] = {
    among: {folded(spelt): among(word) for word, others in spellings.items() for spelt in (word, *others)}
    for among, spellings in _SPELT.items()
}


def truth(text: str, pointer: str) -> bool:
    """Whether `text` says yes; what says neither yes nor no raises InvalidError."""
    if text.casefold() in _YES | _NO:
        return text.casefold() in _YES
    raise words.invalid("This is neither yes nor no.", pointer, "yes or no")


def word(text: str, among: type[WordT]) -> WordT:
    """The member of a closed list that `text` spells.

    Raises:
        UnreadableValueError: none; the sentence names the list.
    """
    found = _KNOWN[among].get(folded(text))
    if not isinstance(found, among):
        known = ", ".join(one.value for one in among)
        raise UnreadableValueError("word-unknown", f"This word is not known here; write one of {known}.")
    return found
