"""The words of the legal clocks in a report, in both languages. A member without words fails a test."""

from collections.abc import Mapping
from types import MappingProxyType

from field_visits.compliance.clocks.clock import ClockState, Note, Title, What, Why

TITLES: Mapping[Title, tuple[str, str]] = MappingProxyType(
    {
        Title.LIMITATION: ("诉讼时效", "Limitation (China)"),
        Title.EFFECTIVE_COLLECTION: ("有效催收", "Effective collection (China)"),
        Title.ARREARS: ("第二次催收后满三个月", "Three months after the second demand"),
        Title.VALIDATION_NOTICE: ("债务确认通知（美国）", "Validation notice (US)"),
        Title.DISPUTE_WINDOW: ("异议期（美国）", "Dispute window (US)"),
        Title.BREATHING_SPACE: ("喘息期（英国）", "Breathing space (UK)"),
        Title.COMPLAINT: ("投诉答复期限", "Answer to a complaint"),
        Title.RETENTION: ("记录最早可处置日", "Earliest disposal of records"),
    }
)
STATES: Mapping[ClockState, tuple[str, str]] = MappingProxyType(
    {
        ClockState.RUNNING: ("进行中", "Running"),
        ClockState.INTERRUPTED: ("已中断，重新计算", "Interrupted, began anew"),
        ClockState.RUN_OUT: ("已届满", "Run out"),
        ClockState.SATISFIED: ("已满足", "Satisfied"),
        ClockState.NOT_STARTED: ("尚未开始", "Not started"),
        ClockState.PAUSED: ("暂停", "Paused"),
        ClockState.CLOSED: ("已结束", "Closed"),
        ClockState.NOT_RECORDED: ("无记录，无法判断", "Not recorded: nobody can tell"),
    }
)
EVENTS: Mapping[What, tuple[str, str]] = MappingProxyType(
    {
        What.DEMAND: ("催收送达", "Demand"),
        What.PROMISE: ("承诺还款", "Promise to pay"),
        What.PART_PAYMENT: ("部分还款", "Part payment"),
        What.PLAN: ("签署分期协议", "Instalment plan signed"),
        What.FIRST_CONTACT: ("首次联系", "First communication"),
        What.NOTICE_SENT: ("发出通知", "Notice sent"),
        What.NOTICE_RECEIVED: ("收到通知", "Notice received"),
        What.NOTICE_ASSUMED_RECEIVED: ("推定收到通知", "Notice assumed received"),
        What.DISPUTED: ("书面异议", "Disputed in writing"),
        What.VERIFIED: ("发出核实结果", "Verification sent"),
        What.MORATORIUM_BEGAN: ("喘息期开始", "Breathing space began"),
        What.TREATMENT_ENDED: ("治疗结束", "Treatment ended"),
        What.MORATORIUM_ENDED: ("喘息期提前结束", "Breathing space ended early"),
        What.COMPLAINT_RECEIVED: ("收到投诉", "Complaint received"),
        What.FOUND_COMPLEX: ("认定情况复杂", "Found complex"),
        What.EXTENDED: ("经批准延长", "Extended with approval"),
        What.ANSWERED: ("已答复", "Answered"),
        What.LAST_ACTIVITY: ("最后一次催收活动", "Last collection activity"),
        What.ORAL_PLAN: ("口头分期约定", "Plan agreed by word"),
        What.HELD: ("冻结记录", "Records frozen"),
        What.HOLD_LIFTED: ("解除冻结", "Freeze lifted"),
        What.SETTLED: ("欠款结清", "Settled"),
    }
)
REASONS: Mapping[Why, tuple[str, str]] = MappingProxyType(
    {
        Why.UNPROVED: ("没有签收或到达证明", "no signature and no proof of arrival"),
        Why.WRONG_RECIPIENT: (
            "签收人不是本人、同住成年亲属或受托人",
            "taken by neither the debtor, a co-resident adult relative nor somebody authorised",
        ),
        Why.RECEIPT_NOT_CONFIRMED: ("未确认对方收悉", "receipt was not confirmed"),
        Why.BEFORE_DUE: ("当时尚未逾期", "the debt was not overdue yet"),
        Why.AFTER_EXPIRY: ("时效已届满，不再中断", "limitation had run out already"),
        Why.TOO_SOON: ("距第一次不足 30 天", "less than 30 days after the first"),
        Why.TOO_LATE: ("已超过期限", "after the time allowed"),
        Why.NOT_NEEDED: ("此前已满足", "satisfied before"),
    }
)
NOTES: Mapping[Note, tuple[str, str]] = MappingProxyType(
    {
        Note.CALENDAR: (
            "当天不计，届满日为对应日；当月没有对应日的，为月末。节假日不顺延（我们的理解）。",
            "The day of an event is not counted; the term ends on the day of the same number, or on the month’s last. Holidays do not move it (our reading).",
        ),
        Note.LOW_CONFIDENCE: (
            "法源可信度较低，请法务确认。",
            "The source is not certain: have counsel confirm it.",
        ),
        Note.SIGN_OFF_NEEDED: (
            "时效届满后的签收或还款可能被视为放弃抗辩，须经法务签核。",
            "What is signed or paid after expiry may be read as waiving the defence: legal sign-off needed.",
        ),
        Note.DUE_DATE_NOT_RECORDED: (
            "没有登记到期日；时效可能更早已届满。",
            "The due date is not recorded; limitation may have run out before.",
        ),
        Note.OVERDUE_BY_PLACEMENT: (
            "没有登记到期日；以委托日作为最迟逾期日。",
            "The due date is not recorded; the debt was overdue when it was placed, at the latest.",
        ),
        Note.SECOND_DEMAND_MISSING: ("还缺第二次可证明的催收。", "A second provable demand is missing."),
        Note.FIRST_DEMAND_MISSING: ("还没有可证明的催收。", "There is no provable demand yet."),
        Note.FORM_OF_PROOF: (
            "提交的材料须有银行工作人员签名并加盖银行公章。",
            "Material supplied needs the bank’s staff’s signature and the bank’s seal.",
        ),
        Note.INFORMATION_ONLY: (
            "仅供参考：须届时仍未归还。",
            "For information: if the arrears still stand by then.",
        ),
        Note.ASSUMED_RECEIPT: (
            "收到日为推定：发出后第七个平日（周一至周五，我们的理解）。",
            "Receipt is assumed on the seventh weekday after sending (our reading).",
        ),
        Note.AGAIN_WITHIN_A_YEAR: (
            "距上一次标准喘息期不足 12 个月：请向登记机构核对，期间仍须停催。",
            "Within 12 months of the last standard one: check with the register. It protects all the same.",
        ),
        Note.TREATMENT_NOT_ENDED: ("治疗结束后再加 30 天。", "Thirty days more once treatment ends."),
        Note.HELD: ("记录已冻结，不得处置。", "Records are frozen and must not be disposed of."),
        Note.FROM_LAST_ACTIVITY: (
            "两年自最后一次活动起算（我们的理解）。",
            "The two years count from the last activity (our reading).",
        ),
        Note.UNSETTLED_ORAL_PLAN: (
            "口头分期未结清，录音须保存。",
            "A plan agreed by word is not settled: its audio must be kept.",
        ),
    }
)
