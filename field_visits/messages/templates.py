"""What messages say, in Chinese and English. Neutral words: a stranger who reads one learns of no debt.

A template names its blanks; a missing one is a defect of the program, not of a person.
"""

from collections.abc import Mapping

TEMPLATES: dict[str, dict[str, str]] = {
    "appointment_notice": {
        "zh": "【{organisation}】您好，我们的工作人员（工号 {badge}）拟于 {date} {from}—{to} 到访，事由：{purpose}。"
        "如需改期或有疑问，请致电 {organisation} 公布的客服电话核实。",
        "en": "[{organisation}] A member of our staff (badge {badge}) plans to visit on {date} between {from} and {to}. "
        "Purpose: {purpose}. To move the appointment or to check that it is genuine, call the number that "
        "{organisation} publishes.",
    },
    "appointment_notice_with_page": {
        "zh": "【{organisation}】您好，我们的工作人员（工号 {badge}）拟于 {date} {from}—{to} 到访，事由：{purpose}。"
        "查看、确认、改期或核实来人：{page} 也可致电 {organisation} 公布的客服电话核实。",
        "en": "[{organisation}] A member of our staff (badge {badge}) plans to visit on {date} between {from} and {to}. "
        "Purpose: {purpose}. See, confirm or move it, and check who is at the door: {page} Or call the number that "
        "{organisation} publishes.",
    },
    "appointment_reminder": {
        "zh": "【{organisation}】提醒：我们的工作人员（工号 {badge}）将于 {date} {from}—{to} 到访，事由：{purpose}。"
        "如需改期，请使用此前短信中的链接，或致电 {organisation} 公布的客服电话。",
        "en": "[{organisation}] A reminder: a member of our staff (badge {badge}) will visit on {date} between {from} and "
        "{to}. Purpose: {purpose}. To move it, use the link of our earlier message or call the number that "
        "{organisation} publishes.",
    },
    "appointment_crew_changed": {
        "zh": "【{organisation}】到访人员变更：{date} {from}—{to} 的到访改由工号 {badge} 的工作人员前往，时间不变，事由：{purpose}。"
        "如有疑问，请致电 {organisation} 公布的客服电话核实。",
        "en": "[{organisation}] Another member of our staff (badge {badge}) will visit on {date} between {from} and {to}; the "
        "hours stay. Purpose: {purpose}. To check that this is genuine, call the number that {organisation} publishes.",
    },
    "page_code": {
        "zh": "【{organisation}】验证码 {code}，10 分钟内有效。请勿告知他人，我们的工作人员不会向您索要。",
        "en": "[{organisation}] Your code is {code}, good for 10 minutes. Tell nobody; our staff never ask for it.",
    },
    "appointment_cancelled": {
        "zh": "【{organisation}】原定于 {date} {from}—{to} 的到访已取消，无需您做任何事。",
        "en": "[{organisation}] The visit planned for {date} between {from} and {to} is cancelled. "
        "You need not do anything.",
    },
    "agreement_copy": {
        "zh": "【{organisation}】您于 {date} 签署的文件副本已备妥，编号 {number}，可凭身份核验领取。",
        "en": "[{organisation}] A copy of the document that you signed on {date} (number {number}) is ready for you; "
        "it is handed over once your identity is confirmed.",
    },
    "agreement_reminder": {
        "zh": "【{organisation}】关于您持有的编号 {number} 的文件，请于 {date} 前与我们联系：我们愿意听取您的说明，并可协助调整。"
        "请致电 {organisation} 公布的客服电话核实。",
        "en": "[{organisation}] About the document number {number} that you hold: please contact us by {date}. We will "
        "listen, and can change it with you. To check that this is genuine, call the number that {organisation} "
        "publishes.",
    },
}
LANGUAGES = ("zh", "en")
# What stands in a preview: as long as what stands there in earnest. Organisation and purpose are the house's own.
EXAMPLES: dict[str, str] = {
    "badge": "MJ-104",
    "date": "2026-11-26",
    "from": "10:00",
    "to": "12:00",
    "number": "A-2026-000123",
    "code": "482913",
    "page": "https://visits.example.com/d/" + "0" * 32 + ".l." + "A" * 43,
}


def render(template: str, language: str, blanks: Mapping[str, str]) -> str:
    """The text of `template` in `language` (English where we have no translation), blanks filled."""
    texts = TEMPLATES[template]
    return texts.get(language, texts["en"]).format_map(blanks)
