"""What rules say, in Chinese: figures, reasons and house sources, for the screens of people who read Chinese.

The English sentences stand in decisions, and so in the log: they are never changed. Here a sentence is found by its
pattern, and said anew with its values. `make reference` hands the table to the screens. Where a law is cited in its
own language the citation stays as it is.
"""

from collections.abc import Mapping
from types import MappingProxyType

# A pattern of what is said, and the same in Chinese; `$1` is what the first group holds, its words by `WORDS_ZH`.
# Both Python's and the browsers' expressions read them. The first that fits a stretch says it.
SENTENCES_ZH: Mapping[str, str] = MappingProxyType(
    {
        # Figures.
        r"at least (\d+) collectors": "至少 $1 名外访员",
        r"at most (\d+) for each person": "每人最多 $1 次",
        r"at most (\d+) in (\d+) hours": "$2 小时内最多 $1 次",
        r"at most (\d+) in (\d+) days": "$2 天内最多 $1 次",
        r" \(those that reached somebody\)": "（只计联系到人的）",
        r" \(those that reached nobody\)": "（只计未联系到人的）",
        r"attempts on at least (\d+) days in a row reached nobody": "须连续至少 $1 天尝试而未联系到人",
        r"blocked ([\d:, -]+) local time": "当地时间 $1 不得联系",
        r", the closing instant included": "（含截止时刻）",
        r"legal approves once it has run out": "时效届满后须由法务批准",
        r"legal approves from (\d+) days before it runs out": "时效届满前 $1 天起须由法务批准",
        r"not at: ([a-z_, ]+)": "不得前往：$1",
        r"not on (\d+) days of the calendar, (\S+) to ([\d-]+)": "日历中的 $1 天不联系（$2 至 $3）",
        r"notice at least (\d+) h before": "至少提前 $1 小时通知",
        r"of the debt only with: ([a-z_, ]+)": "欠款只可与以下的人谈：$1",
        r"only with: ([a-z_, ]+)": "只可联系：$1",
        r"only where the customer is: ([a-z_, ]+)": "只限客户有以下情形时：$1",
        r"(plan_months) at most (\d+)": "$1最多 $2",
        r"while on hold: ([a-z_]+)": "停催期间：$1",
        r" \(set by this organisation, signed off by (.+?) on ([\d-]+)\)": "（本机构设定，$1 于 $2 签字）",
        r" \(set by this organisation\)": "（本机构设定）",
        r"at least one zone": "至少有一个时区",
        r"every zone known": "时区须可识别",
        r"a pack for each jurisdiction": "每个辖区须有规则包",
        # Reasons.
        r"(\S+) is a day without contact\.": "$1 是不联系的日子。",
        r"The ground given is ([a-z_]+)\.": "所填理由：$1。",
        r"This person has declined before\.": "此人此前已经拒绝。",
        r"This person has been asked (\d+) time\(s\) before\.": "此人此前已被询问 $1 次。",
        r"The records show (\d+) day\(s\) in a row on which nobody was reached\.": "记录显示连续 $1 天未联系到人。",
        r"There is one at (\S+?)\.(?= |$)": "$1 已有一次。",
        r"A hold \(([a-z_]+)\) binds since (\S+); a person has to lift it\.": "停催（$1）自 $2 起，须由有权限的人解除。",
        r"A hold \(([a-z_]+)\) binds since (\S+) until (\S+?)\.(?= |$)": "停催（$1）自 $2 至 $3。",
        r"It would be (\S+ \S+) to (\S+ \S+) in (\S+?)\.(?= |$)": "届时是 $1 至 $2（$3）。",
        r"It would be (\S+ \S+) in (\S+?)\.(?= |$)": "届时是 $1（$2）。",
        r"Limitation ends at (\S+): legal has to approve it at the case first\.": "诉讼时效于 $1 届满：须先由法务在案件中批准。",
        r"The terms do not say ([a-z_]+): state it and ask again\.": "条款没有写明$1：请写明后再试。",
        r"The terms ask for (\d+)\.": "条款中是 $1。",
        r"The notice was sent at (\S+?)\.(?= |$)": "通知于 $1 发出。",
        r"No notice is sent yet, and too little time is left to send it now\.": "尚未发出通知，现在发已来不及。",
        r"No notice of this visit was sent: send one first, or record the customer's consent\.": (
            "这次上门尚未通知客户：请先发通知，或登记客户的同意。"
        ),
        r"The person is ([a-z_]+) and would be spoken to of the ([a-z_]+)\.": "对方是$1，要谈的是$2。",
        r"The door is the customer's ([a-z_]+)\.": "地点是客户的$1。",
        r"The size of the crew is not known\.": "上门人数未知。",
        r"The crew has (\d+) collector\(s\)\.": "这次上门 $1 人。",
        r"Lifted by the customer's consent (\S+?)\.(?= |$)": "已因客户同意而解除（$1）。",
        r"The address has no time zone: give it a position on land, then ask again\.": (
            "地址没有时区：请先标出它在陆地上的位置，再试。"
        ),
        r"Unknown time zone (.+?): set the address's position again\.": "时区 $1 无法识别：请重新标出地址的位置。",
        r"No chosen rule pack covers this address: an administrator has to choose one\.": (
            "所选规则包不适用于该地址：须由管理员选择相应的规则包。"
        ),
        r"No chosen rule pack covers (.+?): an administrator has to choose one\.": (
            "所选规则包不适用于 $1：须由管理员选择相应的规则包。"
        ),
        # Sources of the house.
        r"house default: ": "机构默认：",
        r"house rule: ": "机构规定：",
        r"common practice: text not verified": "行业惯例：未见原文",
        r"no figure found in any text": "未见规定数值的文本",
        r"no lead time found in any text": "未见规定提前时间的文本",
        r"no lead time in federal law": "联邦法没有规定提前时间",
        r"a wish not to be contacted is honoured": "客户要求不再联系的，予以尊重",
        r"no collection while a signed plan is kept": "已签的分期方案正常履行期间不催收",
        r"no pressure while hardship is looked into": "核实困难情况期间不施加压力",
        r"nobody is visited in a hospital": "不到医院上门",
        r"nobody is visited while the debt is looked into": "核实债务期间不上门",
        r"stop until the claim is looked into": "核实之前停止催收",
        r"the estate's representative is contacted instead": "改为联系遗产代表",
        r"the lawyer is contacted instead": "改为联系律师",
        r"what a court or agreement granted is honoured": "尊重法院或协议给予的宽限",
        r"minors are always left alone": "未成年人一律不联系",
        r"vulnerable people are always left alone": "特殊困难人群一律不联系",
        r"debtor and guarantor only": "只限债务人和担保人",
        r"only if the customer cannot be reached, is dead or lacks capacity; stop at once on refusal": (
            "只限客户联系不上、去世或无行为能力；对方拒绝即停止"
        ),
        r": three days running without contact; the wording varies between summaries": "：连续三天未联系到；各摘要措辞不一",
        r"Doorstep: what cannot be judged is not done": "Doorstep：无法判断的不做",
        r"PIPL art\. ([\d-]+)": "个人信息保护法第 $1 条",
        r" (?:cl|art)\. ([\d.-]+)": " 第 $1 条",
    }
)
WORDS_ZH: Mapping[str, str] = MappingProxyType(
    {
        # Holds.
        "dispute": "债务异议",
        "fraud": "涉嫌冒用",
        "hardship": "经济困难",
        "vulnerable": "特殊困难人群",
        "minor": "未成年人",
        "cease": "要求停止联系",
        "represented": "已委托律师",
        "deceased": "去世",
        "breathing_space": "喘息期",
        "plan_running": "分期履行中",
        # Places.
        "home": "住所",
        "workplace": "工作单位",
        "hospital": "医院",
        "other": "其他地点",
        # People.
        "self": "本人",
        "guarantor": "担保人",
        "spouse": "配偶",
        "representative": "代理人",
        "related": "亲属或有关系的人",
        "unrelated": "无关的人",
        # Why somebody else is asked, and about what.
        "unreachable": "联系不上",
        "number_invalid": "号码无效",
        "incapacitated": "无行为能力",
        "debt": "欠款",
        "whereabouts": "下落",
        "plan_months": "分期月数",
    }
)
