"""What each evidence code says in words, in Chinese and English: one table over every code. Pure.

A sentence has blanks, `{reason}`, filled from the entry's body. A piece in square brackets is left out
where the body does not say its blank; another blank reads «—», or that it was erased. A new code needs its line
here: the table is total, and a test holds it so.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from field_visits.evidence.codes import Code

_PIECE = re.compile(r"\[([^\[\]]*)\]")
_BLANK = re.compile(r"\{([a-z_0-9]+)\}")
UNSAID = "—"


class Language(StrEnum):
    ZH = "zh"
    EN = "en"


@dataclass(frozen=True, slots=True)
class Sentence:
    """One code in both languages."""

    zh: str
    en: str

    def fill(self, language: Language, say: Callable[[str], str | None], *, unsaid: str = UNSAID) -> str:
        """The sentence with its blanks filled by `say`, which gives None for what the body does not tell."""

        def piece(match: re.Match[str]) -> str:
            names = _BLANK.findall(match[1])
            return match[1] if all(say(name) is not None for name in names) else ""

        template = self.zh if language is Language.ZH else self.en
        return _BLANK.sub(lambda blank: say(blank[1]) or unsaid, _PIECE.sub(piece, template))


_S = Sentence


def _refused(zh: str, en: str) -> Sentence:
    """A refused intent: what was asked for, and why not."""
    return Sentence(f"拒绝：{zh}[。原因：{{detail}}]", f"Refused: {en}[. Why: {{detail}}]")


SENTENCES: Mapping[Code, Sentence] = {
    # -- organisation and its people
    Code.ORGANISATION_FOUNDED: _S("机构建立。", "The organisation was founded."),
    Code.ORGANISATION_SETTINGS_CHANGED: _S("机构设置变更。", "The organisation's settings were changed."),
    Code.ORGANISATION_SETTINGS_REFUSED: _refused("变更机构设置", "changing the organisation's settings"),
    Code.ORGANISATION_RULE_SET: _S("规则参数设定[：{rule_id}]。", "A rule's figure was set[: {rule_id}]."),
    Code.ORGANISATION_RULE_REFUSED: _refused("设定规则参数", "setting a rule's figure"),
    Code.LOG_EPOCH_OPENED: _S(
        "数据库由备份恢复，日志自条数 {from_size} 起以新纪元 {number} 继续：{reason}。",
        "The database was restored from a copy; from size {from_size} on the log goes on as epoch {number}: {reason}.",
    ),
    Code.LOG_EPOCH_REFUSED: _refused("开启日志新纪元", "opening a new epoch of the log"),
    Code.USER_CREATED: _S("新增工作人员[，工号 {badge}]。", "A person was added[, badge {badge}]."),
    Code.USER_CREATION_REFUSED: _refused("新增工作人员", "adding a person"),
    Code.USER_CHANGED: _S("工作人员资料变更。", "A person's particulars were changed."),
    Code.USER_CHANGE_REFUSED: _refused("变更工作人员资料", "changing a person's particulars"),
    Code.USER_PASSWORD_SET: _S("设置了新密码。", "A new password was set."),
    Code.USER_PASSWORD_REFUSED: _refused("设置密码", "setting a password"),
    Code.USER_DISABLED: _S("工作人员停用。", "A person's access was disabled."),
    Code.USER_DISABLE_REFUSED: _refused("停用工作人员", "disabling a person's access"),
    Code.USER_PASSWORD_RESET: _S("管理员重置了密码。", "The password was reset by an administrator."),
    Code.USER_RESET_REFUSED: _refused("重置密码", "resetting a password"),
    Code.USER_LANGUAGE_CHOSEN: _S("选择了界面语言[：{language}]。", "A language was chosen[: {language}]."),
    Code.USER_LANGUAGE_REFUSED: _refused("选择界面语言", "choosing a language"),
    Code.USER_FACTOR_ENROLLED: _S("启用了动态口令。", "A code generator was set up as second factor."),
    Code.USER_FACTOR_REFUSED: _refused("启用动态口令", "setting up a second factor"),
    Code.USER_FACTOR_REMOVED: _S("停用了动态口令。", "The second factor was removed."),
    Code.USER_FACTOR_REMOVAL_REFUSED: _refused("停用动态口令", "removing a second factor"),
    Code.USER_RECOVERY_CODES_ISSUED: _S(
        "签发了恢复码[，共 {count} 个]。", "Recovery codes were issued[, {count} of them]."
    ),
    Code.USER_RECOVERY_CODE_USED: _S(
        "使用了一个恢复码[，剩余 {left} 个]。", "A recovery code was used[, {left} are left]."
    ),
    Code.USER_SIGNED_IN: _S("登录。", "Signed in."),
    Code.USER_SIGN_IN_FAILED: _S("登录失败[ {times} 次]。", "Signing in failed[, {times} times]."),
    Code.USER_SIGNED_OUT: _S("登录结束[（{reason}）]。", "A sign-in ended[ ({reason})]."),
    Code.PORTRAIT_TAKEN: _S("人员照片已启用。", "A portrait was taken in."),
    Code.PORTRAIT_REFUSED: _refused("启用人员照片", "taking in a portrait"),
    Code.PORTRAIT_WITHDRAWN: _S(
        "人员照片不再显示[：{reason}]。", "A portrait is shown no longer[: {reason}]."
    ),
    Code.PORTRAIT_WITHDRAWAL_REFUSED: _refused("删除人员照片", "withdrawing a portrait"),
    Code.PORTRAIT_ERASED: _S("人员照片的图片文件已删除。", "The bytes of a portrait were removed."),
    Code.PORTRAIT_ERASURE_REFUSED: _refused("删除照片文件", "removing the bytes of a portrait"),
    Code.DEVICE_INVITED: _S(
        "发放手机绑定码[，有效至 {expires_at}]。",
        "A code to enrol a phone was handed out[, good until {expires_at}].",
    ),
    Code.DEVICE_ENROLLED: _S(
        "手机绑定[（{name}），密钥指纹 {key}]。", "A phone was enrolled[ ({name}), key {key}]."
    ),
    Code.DEVICE_ENROLMENT_REFUSED: _refused("绑定手机", "enrolling a phone"),
    Code.DEVICE_REVOKED: _S("手机停用[：{reason}]。", "A phone was revoked[: {reason}]."),
    Code.DEVICE_REVOCATION_REFUSED: _refused("停用手机", "revoking a phone"),
    Code.DEVICE_WIPED: _S(
        "停用的手机回报已清除全部内容。", "The revoked phone said that it has forgotten everything."
    ),
    Code.DEVICE_WIPE_REFUSED: _refused("回报手机已清除", "telling that a phone was wiped"),
    Code.DEVICE_PIN_RESET: _S("手机解锁码重置。", "A phone's PIN was reset."),
    Code.DEVICE_PIN_RESET_REFUSED: _refused("重置手机解锁码", "resetting a phone's PIN"),
    Code.SERVICE_ACCOUNT_CREATED: _S("新增服务账号[：{name}]。", "A service account was created[: {name}]."),
    Code.SERVICE_ACCOUNT_CREATION_REFUSED: _refused("新增服务账号", "creating a service account"),
    Code.SERVICE_ACCOUNT_CHANGED: _S("服务账号变更。", "A service account was changed."),
    Code.SERVICE_ACCOUNT_CHANGE_REFUSED: _refused("变更服务账号", "changing a service account"),
    Code.SERVICE_ACCOUNT_DISABLED: _S("服务账号停用。", "A service account was disabled."),
    Code.SERVICE_ACCOUNT_DISABLE_REFUSED: _refused("停用服务账号", "disabling a service account"),
    Code.SERVICE_KEY_ISSUED: _S(
        "签发了服务密钥[，有效至 {expires_at}]。", "A service key was issued[, good until {expires_at}]."
    ),
    Code.SERVICE_KEY_ISSUE_REFUSED: _refused("签发服务密钥", "issuing a service key"),
    Code.SERVICE_KEY_RETIRED: _S(
        "服务密钥已更换[，旧密钥有效至 {expires_at}]。",
        "A service key was replaced[; the old one is good until {expires_at}].",
    ),
    Code.SERVICE_KEY_RETIREMENT_REFUSED: _refused("更换服务密钥", "replacing a service key"),
    Code.SERVICE_KEY_REVOKED: _S("服务密钥已撤销。", "A service key was revoked."),
    Code.SERVICE_KEY_REVOCATION_REFUSED: _refused("撤销服务密钥", "revoking a service key"),
    # -- workforce
    Code.TEAM_CREATED: _S("建立团队[“{name}”]。", "A team was created[: {name}]."),
    Code.TEAM_CREATION_REFUSED: _refused("建立团队", "creating a team"),
    Code.TEAM_MEMBERS_CHANGED: _S("团队成员变更。", "A team's members were changed."),
    Code.TEAM_MEMBERS_REFUSED: _refused("变更团队成员", "changing a team's members"),
    Code.SHIFT_PLANNED: _S(
        "排班[：{starts_at} 至 {ends_at}]。", "A shift was planned[: {starts_at} to {ends_at}]."
    ),
    Code.SHIFT_REFUSED: _refused("排班", "planning a shift"),
    Code.SHIFT_WITHDRAWN: _S("撤销排班[：{reason}]。", "A shift was withdrawn[: {reason}]."),
    Code.SHIFT_RESTORED: _S("班次恢复[：{reason}]。", "A shift was restored[: {reason}]."),
    Code.SHIFT_RESTORATION_REFUSED: _refused("恢复班次", "restoring a shift"),
    Code.SHIFT_WITHDRAWAL_REFUSED: _refused("撤销排班", "withdrawing a shift"),
    Code.ABSENCE_RECORDED: _S(
        "登记缺勤[：{starts_at} 至 {ends_at}]。", "An absence was recorded[: {starts_at} to {ends_at}]."
    ),
    Code.ABSENCE_REFUSED: _refused("登记缺勤", "recording an absence"),
    Code.ABSENCE_WITHDRAWN: _S("撤销缺勤[：{reason}]。", "An absence was withdrawn[: {reason}]."),
    Code.ABSENCE_WITHDRAWAL_REFUSED: _refused("撤销缺勤", "withdrawing an absence"),
    Code.SKILL_GRANTED: _S("授予技能[“{name}”]。", "A skill was granted[: {name}]."),
    Code.SKILL_REFUSED: _refused("授予技能", "granting a skill"),
    Code.CREW_FORMED: _S("组成外访小组[（{day}）]。", "A crew was formed[ for {day}]."),
    Code.CREW_REFUSED: _refused("组成外访小组", "forming a crew"),
    # -- cases
    Code.CUSTOMER_RECORDED: _S("登记客户[ {reference}]。", "The customer was recorded[: {reference}]."),
    Code.CUSTOMER_RECORD_REFUSED: _refused("登记客户", "recording a customer"),
    Code.CUSTOMER_UPDATED: _S("客户资料更新。", "The customer's details were updated."),
    Code.CUSTOMER_UPDATE_REFUSED: _refused("更新客户资料", "updating the customer's details"),
    Code.CUSTOMER_WITHDRAWN: _S(
        "客户记录撤回[：{reason}]。", "The customer's record was withdrawn[: {reason}]."
    ),
    Code.CUSTOMER_WITHDRAWAL_REFUSED: _refused("撤回客户记录", "withdrawing the customer's record"),
    Code.CUSTOMER_RESTORED: _S(
        "客户资料恢复原状[：{reason}]。", "The customer's details were restored[: {reason}]."
    ),
    Code.CUSTOMER_RESTORATION_REFUSED: _refused("恢复客户资料", "restoring the customer's details"),
    Code.CUSTOMER_REVEALED: _S(
        "查看客户完整资料[，事由：{reason}]。", "The customer's full details were revealed[: {reason}]."
    ),
    Code.ADDRESS_ADDED: _S("登记地址。", "An address was added."),
    Code.ADDRESS_ADDITION_REFUSED: _refused("登记地址", "adding an address"),
    Code.ADDRESS_INVALIDATED: _S(
        "地址标记为无效[：{reason}]。", "An address was marked invalid[: {reason}]."
    ),
    Code.ADDRESS_INVALIDATION_REFUSED: _refused("标记地址无效", "marking an address invalid"),
    Code.ADDRESS_PINNED: _S(
        "在地图上标定地址的位置[：{reason}]。",
        "An address was given its place on the map by hand[: {reason}].",
    ),
    Code.ADDRESS_PIN_REFUSED: _refused("标定地址的位置", "giving an address its place"),
    Code.ADDRESS_WITHDRAWN: _S("地址撤回[：{reason}]。", "An address was withdrawn[: {reason}]."),
    Code.ADDRESS_WITHDRAWAL_REFUSED: _refused("撤回地址", "withdrawing an address"),
    Code.ADDRESS_RESTORED: _S("地址恢复有效[：{reason}]。", "An address is valid again[: {reason}]."),
    Code.ADDRESS_RESTORATION_REFUSED: _refused("恢复地址", "restoring an address"),
    Code.CASE_OPENED: _S(
        "案件建立[：编号 {reference}][，债权人 {creditor}][，委托日 {placed_on}]。",
        "The case was opened[: reference {reference}][, creditor {creditor}][, placed on {placed_on}].",
    ),
    Code.CASE_OPENING_REFUSED: _refused("建立案件", "opening the case"),
    Code.CASE_UPDATED: _S("案件资料更新。", "The case's details were updated."),
    Code.CASE_UPDATE_REFUSED: _refused("更新案件资料", "updating the case"),
    Code.CASE_ASSIGNED: _S("案件分派[给 {collector_id}]。", "The case was assigned[ to {collector_id}]."),
    Code.CASE_ASSIGNMENT_REFUSED: _refused("分派案件", "assigning the case"),
    Code.CASE_CLOSED: _S("案件结案[：{reason}]。", "The case was closed[: {reason}]."),
    Code.CASE_CLOSING_REFUSED: _refused("案件结案", "closing the case"),
    Code.CASE_RECALLED: _S("案件退回委托方[：{reason}]。", "The creditor recalled the case[: {reason}]."),
    Code.CASE_RECALL_REFUSED: _refused("退回案件", "recalling the case"),
    Code.CASE_WITHDRAWN: _S("案件记录撤回[：{reason}]。", "The case's record was withdrawn[: {reason}]."),
    Code.CASE_WITHDRAWAL_REFUSED: _refused("撤回案件记录", "withdrawing the case's record"),
    Code.CASE_RESTORED: _S("案件资料恢复原状[：{reason}]。", "The case's details were restored[: {reason}]."),
    Code.CASE_RESTORATION_REFUSED: _refused("恢复案件资料", "restoring the case's details"),
    Code.CASE_CONTACT_CLEARED: _S(
        "联系前询问规则，可以联系[：{party}][，{person}][，方式 {channel}][，内容 {about}][，理由 {ground}]。",
        "It was asked before a contact, and allowed[: {party}][, {person}][, by {channel}][, of the {about}][, {ground}].",
    ),
    Code.CASE_CONTACT_REFUSED: _refused("联系前询问规则", "a contact that was asked about before"),
    Code.CASE_EXPIRED_APPROVED: _S(
        "诉讼时效已过，法务批准继续办理[：{reason}]。",
        "Limitation had run out; legal approved going on[: {reason}].",
    ),
    Code.CASE_EXPIRED_REFUSED: _refused("批准办理已过时效的债务", "approving an expired debt"),
    Code.CASE_VIEWED: _S("法务查阅案件。", "Legal viewed the case."),
    Code.CASE_CLOCKS_VIEWED: _S("查阅法律期限。", "The case's legal clocks were viewed."),
    Code.CASE_TIMELINE_VIEWED: _S("查阅案件经过。", "The case's timeline was viewed."),
    Code.IMPORT_APPLIED: _S(
        "导入文件[：新增 {created}][，更新 {updated}]。",
        "A file was imported[: {created} new][, {updated} updated].",
    ),
    Code.IMPORT_REFUSED: _refused("导入文件", "importing a file"),
    Code.IMPORT_UNDONE: _S("撤销导入。", "An import was undone."),
    Code.IMPORT_UNDO_REFUSED: _refused("撤销导入", "undoing an import"),
    Code.CONTACT_RECORDED: _S(
        "登记联系[：{channel}][，{direction}][，结果 {result}][，接触对象 {person_met}]。",
        "A contact was recorded[: {channel}][, {direction}][, result {result}][, with {person_met}].",
    ),
    Code.CONTACT_REFUSED: _refused("登记联系", "recording a contact"),
    Code.LEGAL_EVENT_RECORDED: _S(
        "登记时效事实[：{kind}][，{party}]。", "A fact of a legal clock was recorded[: {kind}][, by {party}]."
    ),
    Code.LEGAL_EVENT_REFUSED: _refused("登记时效事实", "recording a fact of a legal clock"),
    Code.LEGAL_EVENT_WITHDRAWN: _S(
        "撤回时效事实[：{reason}]。",
        "A fact of a legal clock was withdrawn as recorded by mistake[: {reason}].",
    ),
    Code.LEGAL_EVENT_WITHDRAWAL_REFUSED: _refused("撤回时效事实", "withdrawing a fact of a legal clock"),
    Code.CONSENT_RECORDED: _S(
        "登记客户同意[：{kind}][，方式 {channel}][，至 {until}]。",
        "A consent of the customer was recorded[: {kind}][, by {channel}][, until {until}].",
    ),
    Code.CONSENT_REFUSED: _refused("登记客户同意", "recording a consent"),
    Code.CONSENT_WITHDRAWN: _S("客户撤回同意[：{reason}]。", "A consent was withdrawn[: {reason}]."),
    Code.CONSENT_WITHDRAWAL_REFUSED: _refused("撤回客户同意", "withdrawing a consent"),
    Code.CONSENT_RETRACTED: _S(
        "导入已撤销，客户同意作废。", "A consent counts no more: the import that told it was undone."
    ),
    Code.CONSENT_RETRACTION_REFUSED: _refused("作废客户同意", "taking back an imported consent"),
    Code.CONTACT_HOLD_PLACED: _S(
        "暂停联系：{kind}[，至 {expires_at}][，复核日 {review_on}]。",
        "A contact hold was placed: {kind}[, until {expires_at}][, reviewed on {review_on}].",
    ),
    Code.CONTACT_HOLD_PLACING_REFUSED: _refused("暂停联系", "placing a contact hold"),
    Code.CONTACT_HOLD_EXTENDED: _S(
        "延长暂停联系[至 {expires_at}]。", "A contact hold was extended[ until {expires_at}]."
    ),
    Code.CONTACT_HOLD_EXTENSION_REFUSED: _refused("延长暂停联系", "extending a contact hold"),
    Code.CONTACT_HOLD_LIFTED: _S("解除暂停联系[：{reason}]。", "A contact hold was lifted[: {reason}]."),
    Code.CONTACT_HOLD_LIFTING_REFUSED: _refused("解除暂停联系", "lifting a contact hold"),
    Code.CONTACT_HOLD_EXPIRED: _S("暂停联系到期。", "A contact hold expired."),
    Code.CONTACT_HOLD_EXPIRY_REFUSED: _refused("暂停联系到期处理", "letting a contact hold expire"),
    Code.NOTICE_PREPARED: _S(
        "待送达文书已备妥[（{document}）]。", "A notice was prepared to be served[ ({document})]."
    ),
    Code.NOTICE_PREPARATION_REFUSED: _refused("准备送达文书", "preparing a notice"),
    Code.NOTICE_SERVED: _S(
        "文书已送达[：由 {recipient} 签收][，方式 {mode}][，证明等级 {grade}]。",
        "The notice was served[: taken by {recipient}][, {mode}][, proved by: {grade}].",
    ),
    Code.NOTICE_REFUSED: _S(
        "拒绝接收文书[，照片 {photos} 张]。", "The notice was not taken[; photographs: {photos}]."
    ),
    Code.NOTICE_RETURNED: _S("文书未送达，已带回[：{reason}]。", "The notice was brought back[: {reason}]."),
    Code.NOTICE_RETURN_REFUSED: _refused("带回文书", "bringing a notice back"),
    Code.COMPLAINT_RECEIVED: _S(
        "收到投诉或异议：{kind}[，应于 {answer_by} 前答复（{rule}）]。",
        "A complaint or dispute was received: {kind}[; an answer is due by {answer_by} ({rule})].",
    ),
    Code.COMPLAINT_ACKNOWLEDGED: _S(
        "已告知客户正在核实。", "The customer was told that it is being looked into."
    ),
    Code.COMPLAINT_ACKNOWLEDGEMENT_REFUSED: _refused("确认收到投诉", "acknowledging a complaint"),
    Code.COMPLAINT_PROLONGED: _S(
        "答复期限延至 {answer_by}[：{reason}]。", "The answer is due by {answer_by} now[: {reason}]."
    ),
    Code.COMPLAINT_PROLONGATION_REFUSED: _refused("延长答复期限", "prolonging the term of an answer"),
    Code.COMPLAINT_ANSWERED: _S(
        "已答复客户[，结论 {finding}]。", "The customer was answered[; finding: {finding}]."
    ),
    Code.COMPLAINT_ANSWER_REFUSED: _refused("答复投诉", "answering a complaint"),
    Code.COMPLAINT_CLOSED: _S("投诉办结[：{reason}]。", "The complaint was closed[: {reason}]."),
    Code.COMPLAINT_CLOSING_REFUSED: _refused("办结投诉", "closing a complaint"),
    Code.RETENTION_HOLD_PLACED: _S("记录封存[：{reason}]。", "A retention hold was placed[: {reason}]."),
    Code.RETENTION_HOLD_PLACING_REFUSED: _refused("封存记录", "placing a retention hold"),
    Code.RETENTION_HOLD_LIFTED: _S("解除记录封存[：{reason}]。", "A retention hold was lifted[: {reason}]."),
    Code.RETENTION_HOLD_LIFTING_REFUSED: _refused("解除记录封存", "lifting a retention hold"),
    Code.CONTACT_WITHDRAWN: _S(
        "联系记录撤回[：{reason}]。", "A record of a contact was withdrawn[: {reason}]."
    ),
    Code.CONTACT_WITHDRAWAL_REFUSED: _refused("撤回联系记录", "withdrawing a record of a contact"),
    Code.PAYMENT_WITHDRAWN: _S(
        "还款记录撤回[：{reason}]。", "A record of a payment was withdrawn[: {reason}]."
    ),
    Code.PAYMENT_WITHDRAWAL_REFUSED: _refused("撤回还款记录", "withdrawing a record of a payment"),
    Code.PAYMENT_RESTORED: _S(
        "还款恢复为待核实[：{reason}]。", "A payment waits to be verified again[: {reason}]."
    ),
    Code.PAYMENT_RESTORATION_REFUSED: _refused("恢复还款待核实状态", "taking back a payment's verification"),
    Code.PAYMENT_REPORTED: _S(
        "报告还款 {amount}[，还款时间 {paid_at}][，方式 {method}]。",
        "A payment of {amount} was reported[, paid {paid_at}][, by {method}].",
    ),
    Code.PAYMENT_REPORT_REFUSED: _refused("报告还款", "reporting a payment"),
    Code.PAYMENT_VERIFIED: _S("还款核实入账。", "A payment was verified in the ledger."),
    Code.PAYMENT_VERIFICATION_REFUSED: _refused("核实还款", "verifying a payment"),
    Code.PAYMENT_REJECTED: _S("还款未能核实[：{reason}]。", "A reported payment was rejected[: {reason}]."),
    Code.PAYMENT_REJECTION_REFUSED: _refused("驳回还款报告", "rejecting a payment"),
    Code.PROMISE_RECORDED: _S(
        "承诺还款 {amount}[，期限 {due_on}][，承诺人 {promised_by}]。",
        "A payment of {amount} was promised[ by {due_on}][, by {promised_by}].",
    ),
    Code.PROMISE_KEPT: _S("承诺已履行。", "The promise was kept."),
    Code.PROMISE_KEEPING_REFUSED: _refused("认定承诺履行", "marking a promise kept"),
    Code.PROMISE_BROKEN: _S("承诺未履行。", "The promise was broken."),
    Code.PROMISE_BREAKING_REFUSED: _refused("认定承诺未履行", "marking a promise broken"),
    Code.PROMISE_RELEASED: _S("免除承诺[：{reason}]。", "The promise was released[: {reason}]."),
    Code.PROMISE_RELEASE_REFUSED: _refused("免除承诺", "releasing a promise"),
    # -- messages and alerts
    Code.MESSAGE_QUEUED: _S(
        "消息待发[（{channel}，{template}）]。", "A message was queued[ ({channel}, {template})]."
    ),
    Code.MESSAGE_QUEUING_REFUSED: _refused("发送消息", "queueing a message"),
    Code.MESSAGE_SENT: _S("消息已发出。", "A message was sent."),
    Code.MESSAGE_SENDING_REFUSED: _refused("发出消息", "sending a message"),
    Code.MESSAGE_DELIVERED: _S("消息已送达。", "A message was delivered."),
    Code.MESSAGE_DELIVERY_REFUSED: _refused("登记送达", "recording a delivery"),
    Code.MESSAGE_FAILED: _S("消息发送失败[：{failure}]。", "A message failed[: {failure}]."),
    Code.MESSAGE_RETRIED: _S("重新发送消息。", "A message is sent once more."),
    Code.MESSAGE_RETRY_REFUSED: _refused("重新发送消息", "sending a message once more"),
    Code.MESSAGE_FAILURE_REFUSED: _refused("登记发送失败", "recording a failure"),
    Code.ALERT_OPENED: _S("系统提示：{kind}。", "An alert was opened: {kind}."),
    Code.ALERT_OPENING_REFUSED: _refused("发出提示", "opening an alert"),
    Code.ALERT_ACKNOWLEDGED: _S("提示已有人处理。", "An alert was acknowledged."),
    Code.ALERT_ACKNOWLEDGEMENT_REFUSED: _refused("受理提示", "acknowledging an alert"),
    Code.ALERT_CLOSED: _S("提示关闭[：{note}]。", "An alert was closed[: {note}]."),
    Code.ALERT_CLOSING_REFUSED: _refused("关闭提示", "closing an alert"),
    # -- files
    Code.ATTACHMENT_EXPECTED: _S(
        "登记待传文件[（{kind}）]的哈希。", "The hash of a file to come[ ({kind})] was recorded."
    ),
    Code.ATTACHMENT_REFUSED: _refused("登记文件", "announcing a file"),
    Code.ATTACHMENT_RECEIVED: _S("文件已收到。", "A file's bytes were received."),
    Code.ATTACHMENT_VERIFIED: _S(
        "服务器重算哈希，文件与登记一致。", "The server hashed the file again: it is the one announced."
    ),
    Code.ATTACHMENT_MISMATCHED: _S(
        "文件与登记不一致[：{wrong}]。", "The file is not the one announced[: {wrong}]."
    ),
    Code.ATTACHMENT_LOST: _S("文件缺失[：{reason}]。", "The file is lost[: {reason}]."),
    Code.ATTACHMENT_OPENED: _S("查看原始文件。", "The original file was opened."),
    # -- appointments
    Code.APPOINTMENT_BOOKED: _S(
        "预约外访[：{window_from} 至 {window_to}][，事由 {purpose}]。",
        "A visit was booked[: {window_from} to {window_to}][, purpose {purpose}].",
    ),
    Code.APPOINTMENT_BOOKING_REFUSED: _refused("预约外访", "booking a visit"),
    Code.APPOINTMENT_NOTICED: _S(
        "向客户发出外访通知[（{channel}）]。", "The customer was given notice of the visit[ by {channel}]."
    ),
    Code.APPOINTMENT_NOTICE_REFUSED: _refused("发出外访通知", "giving notice of the visit"),
    Code.APPOINTMENT_CONFIRMED: _S("客户确认预约[（{by}）]。", "The appointment was confirmed[ by {by}]."),
    Code.APPOINTMENT_CONFIRMATION_REFUSED: _refused("确认预约", "confirming the appointment"),
    Code.APPOINTMENT_PLANNED: _S(
        "排定外访时段[：{planned_from} 至 {planned_to}]。",
        "The visit was planned[: {planned_from} to {planned_to}].",
    ),
    Code.APPOINTMENT_PLAN_REFUSED: _refused("排定外访时段", "planning the visit"),
    Code.APPOINTMENT_UNPLANNED: _S(
        "取消排定时段[：{reason}]。", "The visit was taken out of the plan[: {reason}]."
    ),
    Code.APPOINTMENT_UNPLAN_REFUSED: _refused("取消排定时段", "taking the visit out of the plan"),
    Code.APPOINTMENT_ASSIGNED: _S("指派外访人员[：{crew}]。", "A crew was assigned[: {crew}]."),
    Code.APPOINTMENT_ASSIGNMENT_REFUSED: _refused("指派外访人员", "assigning a crew"),
    Code.APPOINTMENT_RESCHEDULED: _S(
        "改约[至 {window_from} 至 {window_to}][，原因：{reason}]。",
        "The appointment was moved[ to {window_from} to {window_to}][: {reason}].",
    ),
    Code.APPOINTMENT_RESCHEDULE_REFUSED: _refused("改约", "moving the appointment"),
    Code.APPOINTMENT_COUNTERED: _S(
        "客户改约至 {from} 至 {to}[：{reason}]。",
        "The customer moved the visit to {from} until {to}[: {reason}].",
    ),
    Code.APPOINTMENT_COUNTER_REFUSED: _refused("客户改约", "the customer's moving of the visit"),
    Code.APPOINTMENT_REMINDED: _S(
        "已提醒客户即将到访[（{channel}）]。", "The customer was reminded of the visit[ ({channel})]."
    ),
    Code.APPOINTMENT_REMINDER_REFUSED: _refused("提醒客户", "reminding the customer"),
    Code.APPOINTMENT_CREW_TOLD: _S(
        "已告知客户换由其他人员到访[（{channel}）]。",
        "The customer was told that somebody else comes[ ({channel})].",
    ),
    Code.APPOINTMENT_CREW_TELLING_REFUSED: _refused(
        "告知客户到访人员变更", "telling the customer that somebody else comes"
    ),
    Code.APPOINTMENT_PAGE_OPENED: _S("客户打开了到访页面。", "The customer opened the page of the visit."),
    Code.APPOINTMENT_PERSON_CHECKED: _S(
        "客户核验上门人员：属实[（工号 {badge}）]。",
        "The customer checked who was at the door: genuine[ (badge {badge})].",
    ),
    Code.APPOINTMENT_PERSON_DOUBTED: _S(
        "客户核验上门人员：不符[（工号 {badge}）]。",
        "The customer checked who was at the door: not genuine[ (badge {badge})].",
    ),
    Code.APPOINTMENT_CUSTOMER_SAID: _S(
        "客户在页面上表示：{statement}[：{said}]。", "The customer said on the page: {statement}[: {said}]."
    ),
    Code.APPOINTMENT_CODE_SENT: _S(
        "已向预留号码发送一次性验证码。", "A one-time code was sent to the number on file."
    ),
    Code.APPOINTMENT_IDENTITY_PROVED: _S(
        "客户凭验证码证明身份。", "The customer proved their identity by the code."
    ),
    Code.APPOINTMENT_IDENTITY_DOUBTED: _S("验证码错误。", "A wrong identity code was given."),
    Code.APPOINTMENT_SUSPENDED: _S("预约中止[：{reason}]。", "The appointment was suspended[: {reason}]."),
    Code.APPOINTMENT_SUSPENSION_REFUSED: _refused("中止预约", "suspending the appointment"),
    Code.APPOINTMENT_RESUMED: _S("预约恢复。", "The appointment was resumed."),
    Code.APPOINTMENT_RESUMPTION_REFUSED: _refused("恢复预约", "resuming the appointment"),
    Code.APPOINTMENT_CANCELLED: _S("预约取消[：{reason}]。", "The appointment was cancelled[: {reason}]."),
    Code.APPOINTMENT_CANCELLATION_REFUSED: _refused("取消预约", "cancelling the appointment"),
    Code.APPOINTMENT_KEPT: _S("预约如约进行。", "The appointment was kept."),
    Code.APPOINTMENT_MISSED: _S(
        "预约未成[（{by}）][：{reason}]。", "The appointment was missed[ by {by}][: {reason}]."
    ),
    Code.APPOINTMENT_EXPIRED: _S(
        "预约过期，无人报告外访。", "The appointment expired; nobody told of a visit."
    ),
    Code.APPOINTMENT_EXPIRY_REFUSED: _refused("预约过期处理", "letting the appointment expire"),
    # -- visits
    Code.VISIT_BEGUN_UNTOLD: _S(
        "上门开始：没有有效的出发记录，依据现场上报推定。",
        "The visit began: no departure stands, it follows from what was told at the door.",
    ),
    Code.VISIT_DEPARTED: _S("出发外访[，人员 {crew}]。", "The crew set out[: {crew}]."),
    Code.VISIT_DEPARTURE_REFUSED: _refused("出发外访", "setting out"),
    Code.VISIT_ARRIVED: _S(
        "到达[，定位判定 {placement}][，距地址 {arrival_distance_m} 米][，精度 {arrival_accuracy_m} 米][，不在门前的说明：{away_reason}]。",
        "Arrived[, position {placement}][, {arrival_distance_m} m from the address][, accurate to {arrival_accuracy_m} m]"
        "[; why it is elsewhere: {away_reason}].",
    ),
    Code.VISIT_PHOTOGRAPHED: _S("拍摄照片[（{kind}）]。", "A photograph was taken[ ({kind})]."),
    Code.VISIT_PERSON_MET: _S(
        "接触对象：{person_met}[，身份核验 {identity_proof}]。",
        "Met: {person_met}[, identity proved by {identity_proof}].",
    ),
    Code.VISIT_OUTCOME_RECORDED: _S(
        "外访结果：{outcome}[，接触对象 {person_met}][，身份核验 {identity_proof}][。记录：{note}]。",
        "Outcome of the visit: {outcome}[, met {person_met}][, identity proved by {identity_proof}][. Note: {note}].",
    ),
    Code.VISIT_ABORTED: _S(
        "外访中止[：{outcome}][，原因：{reason}][。记录：{note}]。",
        "The visit was broken off[: {outcome}][: {reason}][. Note: {note}].",
    ),
    Code.VISIT_NOTED: _S("补充记录[：{text}]。", "A note was added[: {text}]."),
    # -- phones
    Code.COMMAND_RECEIVED: _S(
        "收到手机上报[：{type}]，手机序号 {seq}[，处理结果 {outcome}]。",
        "The phone handed in number {seq}[: {type}][; it was {outcome}].",
    ),
    Code.COMMAND_FORKED: _S(
        "手机以已使用的序号 {seq} 上报了不同内容，已留存待查。",
        "The phone handed in other content under number {seq}, which was taken; it is kept for review.",
    ),
    # -- agreements
    Code.AGREEMENT_DRAFTED: _S(
        "拟定分期协议[，总额 {total}]。", "An instalment agreement was drafted[ over {total}]."
    ),
    Code.AGREEMENT_DRAFT_REFUSED: _refused("拟定分期协议", "drafting an agreement"),
    Code.AGREEMENT_SUBMITTED: _S("分期协议提交审批。", "The agreement was submitted for approval."),
    Code.AGREEMENT_SUBMISSION_REFUSED: _refused("提交审批", "submitting the agreement"),
    Code.AGREEMENT_OFFERED: _S(
        "向客户提出分期协议[，有效至 {offer_expires_at}]。",
        "The agreement was offered[, open until {offer_expires_at}].",
    ),
    Code.AGREEMENT_OFFER_REFUSED: _refused("提出分期协议", "offering the agreement"),
    Code.AGREEMENT_SIGNED: _S(
        "客户签署分期协议[，方式 {signing_method}][，证明等级 {signing_grade}]。",
        "The customer signed the agreement[, by {signing_method}][, grade {signing_grade}].",
    ),
    Code.AGREEMENT_SIGNED_IN_BREACH: _S(
        "客户签署分期协议，但当时不得签署，待人工处理。",
        "The customer signed the agreement although it could not be signed then; a person decides.",
    ),
    Code.AGREEMENT_SEALED: _S(
        "协议文件加盖机构电子签章。", "The organisation sealed the agreement's document."
    ),
    Code.AGREEMENT_SEAL_REFUSED: _refused("协议签章", "sealing the agreement"),
    Code.AGREEMENT_RUNNING: _S("分期计划开始履行，停止催收。", "The plan runs; collection stops."),
    Code.AGREEMENT_START_REFUSED: _refused("开始履行计划", "starting the plan"),
    Code.AGREEMENT_COMPLETED: _S("分期计划履行完毕。", "The plan was completed."),
    Code.AGREEMENT_COMPLETION_REFUSED: _refused("认定计划完成", "completing the plan"),
    Code.AGREEMENT_BROKEN: _S("分期计划违约[：{reason}]。", "The plan was broken[: {reason}]."),
    Code.AGREEMENT_BREAKING_REFUSED: _refused("认定计划违约", "marking the plan broken"),
    Code.AGREEMENT_RESUMED: _S("分期计划恢复履行。", "The plan runs again."),
    Code.AGREEMENT_RESUMPTION_REFUSED: _refused("恢复计划", "resuming the plan"),
    Code.AGREEMENT_DECLINED: _S(
        "客户未接受分期协议[：{reason}]。", "The customer declined the agreement[: {reason}]."
    ),
    Code.AGREEMENT_DECLINE_REFUSED: _refused("登记未接受", "declining the agreement"),
    Code.AGREEMENT_WITHDRAWN: _S("分期协议撤回[：{reason}]。", "The agreement was withdrawn[: {reason}]."),
    Code.AGREEMENT_WITHDRAWAL_REFUSED: _refused("撤回协议", "withdrawing the agreement"),
    Code.AGREEMENT_SUPERSEDED: _S("分期协议被新协议取代。", "The agreement was superseded."),
    Code.AGREEMENT_SUPERSESSION_REFUSED: _refused("取代协议", "superseding the agreement"),
    Code.AGREEMENT_SIGNED_AGAIN: _S("客户再次签署同一协议。", "The same agreement was signed again."),
    Code.AGREEMENT_ACCEPTED: _S(
        "经人工审核，认可此前的签署[：{reason}]。", "A person accepted the signature[: {reason}]."
    ),
    Code.AGREEMENT_ACCEPTANCE_REFUSED: _refused("认可签署", "accepting the signature"),
    Code.AGREEMENT_INSTALMENT_MET: _S("一期或多期分期款已还。", "One instalment or more was met."),
    Code.AGREEMENT_INSTALMENT_REFUSED: _refused("登记分期款已还", "marking an instalment met"),
    Code.AGREEMENT_OPENED: _S("查看协议文件。", "The agreement's document was opened."),
    Code.SEAL_CERTIFICATE_ISSUED: _S(
        "签发签章证书[，SHA-256 {sha256}]。", "A certificate of the seal was issued[, SHA-256 {sha256}]."
    ),
    Code.SEAL_CERTIFICATE_REFUSED: _refused("签发签章证书", "issuing a certificate of the seal"),
    Code.SEAL_CERTIFICATE_RETIRED: _S("签章证书停用。", "A certificate of the seal was retired."),
    Code.SEAL_CERTIFICATE_RETIREMENT_REFUSED: _refused("停用签章证书", "retiring a certificate of the seal"),
    # -- planning
    Code.PLAN_PUBLISHED: _S("发布当日计划[（{day}）]。", "The day's plan was published[: {day}]."),
    Code.PLAN_PUBLICATION_REFUSED: _refused("发布当日计划", "publishing the day's plan"),
    Code.PLAN_SUPERSEDED: _S("当日计划被新计划取代。", "The day's plan was superseded."),
    Code.PLAN_SUPERSESSION_REFUSED: _refused("取代当日计划", "superseding the day's plan"),
    # -- dossier
    Code.EXPORT_REQUESTED: _S("申请导出证据包，事由：{reason}。", "A bundle was requested: {reason}."),
    Code.EXPORT_REFUSED: _refused("申请导出证据包", "requesting a bundle"),
    Code.EXPORT_BUILT: _S(
        "证据包制作完成并自行核验通过[，SHA-256 {sha256}]。",
        "The bundle was built and verified[, SHA-256 {sha256}].",
    ),
    Code.EXPORT_BUILD_REFUSED: _refused("制作证据包", "building a bundle"),
    Code.EXPORT_FAILED: _S("证据包制作失败[：{failure}]。", "The bundle could not be built[: {failure}]."),
    Code.EXPORT_FAILURE_REFUSED: _refused("登记制作失败", "recording a failed bundle"),
    Code.EXPORT_FETCHED: _S(
        "领取证据包[，SHA-256 {sha256}]。", "The bundle was fetched[, SHA-256 {sha256}]."
    ),
    Code.SEARCH_MADE: _S("检索案件[，得 {found} 件]。", "Cases were searched[; {found} were found]."),
}

# Values of closed lists that rows keep, in words. What is not here is shown as it is kept.
_WORDS: Mapping[str, tuple[str, str]] = {
    "self": ("本人", "the customer"),
    "guarantor": ("保证人", "guarantor"),
    "related": ("债务相关第三人", "a related person"),
    "unrelated": ("债务无关第三人", "an unrelated person"),
    "spouse": ("配偶", "the spouse"),
    "representative": ("代理人", "a representative"),
    "none": ("无", "nobody"),
    "debt": ("债务", "debt"),
    "whereabouts": ("联系方式", "whereabouts"),
    "unreachable": ("客户失联", "the customer cannot be reached"),
    "number_invalid": ("号码无效", "the number is invalid"),
    "incapacitated": ("无行为能力", "without capacity"),
    "odd_hours": ("非正常时段上门", "visits at odd hours"),
    "short_notice": ("缩短提前通知", "short notice"),
    "more_visits": ("增加上门次数", "more visits"),
    "workplace": ("到单位上门", "visits at work"),
    "message": ("短信", "text message"),
    "online": ("客户页面", "customer's page"),
    "given": ("有效", "given"),
    "inside": ("在范围内", "inside"),
    "uncertain": ("不确定", "uncertain"),
    "outside": ("在范围外", "outside"),
    "reached": ("已接触", "reached"),
    "third_party": ("第三人", "another person"),
    "nobody": ("无人", "nobody"),
    "delivered": ("已送达", "delivered"),
    "refused": ("拒收", "refused"),
    "undelivered": ("未送达", "undelivered"),
    "aborted": ("中止", "broken off"),
    "visit": ("外访", "visit"),
    "call": ("电话", "telephone"),
    "sms": ("短信", "text message"),
    "email": ("电子邮件", "e-mail"),
    "letter": ("信函", "letter"),
    "out": ("去向联系", "outgoing"),
    "in": ("客户来联系", "incoming"),
    "stated": ("自述", "statement"),
    "details": ("核对信息", "details told"),
    "code": ("验证码", "one-time code"),
    "document": ("证件", "document"),
    "dispute": ("债务异议", "dispute"),
    "fraud": ("盗刷或冒名", "fraud"),
    "hardship": ("经济困难", "hardship"),
    "vulnerable": ("特殊人群", "vulnerable"),
    "minor": ("未成年人", "minor"),
    "cease": ("要求停联", "asked to cease"),
    "represented": ("律师代理", "represented"),
    "deceased": ("身故", "deceased"),
    "breathing_space": ("喘息期", "breathing space"),
    "plan_running": ("分期履行中", "plan running"),
    "bank_transfer": ("银行转账", "bank transfer"),
    "card": ("银行卡", "card"),
    "gateway": ("支付平台", "payment gateway"),
    "direct_debit": ("代扣", "direct debit"),
    "counter": ("柜面", "bank counter"),
    "cheque": ("支票", "cheque"),
    "customer": ("客户", "customer"),
    "collector": ("外访人员", "collector"),
    "crew": ("外访人员", "crew"),
    "organisation": ("机构", "organisation"),
    "open": ("进行中", "open"),
    "closed": ("已结案", "closed"),
    "recalled": ("已退回", "recalled"),
    "withdrawn": ("已撤回", "withdrawn"),
    "expected": ("待传", "awaited"),
    "received": ("已收到", "received"),
    "verified": ("已核验", "verified"),
    "mismatched": ("不一致", "mismatched"),
    "lost": ("缺失", "lost"),
    "active": ("有效", "active"),
    "lifted": ("已解除", "lifted"),
    "expired": ("已过期", "expired"),
    "proposed": ("已提议", "proposed"),
    "noticed": ("已通知", "noticed"),
    "confirmed": ("已确认", "confirmed"),
    "suspended": ("已中止", "suspended"),
    "kept": ("已履行", "kept"),
    "missed": ("未成", "missed"),
    "cancelled": ("已取消", "cancelled"),
    "departed": ("已出发", "departed"),
    "arrived": ("已到达", "arrived"),
    "finished": ("已完成", "finished"),
    "broken": ("未履行", "broken"),
    "released": ("已免除", "released"),
    "reported": ("已报告", "reported"),
    "rejected": ("已驳回", "rejected"),
    "drafted": ("已拟定", "drafted"),
    "awaiting_approval": ("待审批", "awaiting approval"),
    "offered": ("已提出", "offered"),
    "signed": ("已签署", "signed"),
    "signed_in_breach": ("违规签署", "signed in breach"),
    "sealed": ("已签章", "sealed"),
    "running": ("履行中", "running"),
    "completed": ("已完成", "completed"),
    "declined": ("未接受", "declined"),
    "superseded": ("已取代", "superseded"),
    "allow": ("允许", "allowed"),
    "warn": ("提示", "warned"),
    "refuse": ("拒绝", "refused"),
    "photo": ("照片", "photograph"),
    "signature": ("签名", "signature"),
    "receipt": ("回执", "receipt"),
}


def word(value: str, language: Language) -> str:
    """A value of a closed list in words; anything else as it is."""
    told = _WORDS.get(value)
    return value if told is None else told[0 if language is Language.ZH else 1]
