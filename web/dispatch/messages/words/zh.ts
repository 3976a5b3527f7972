import type { Schemas } from "../../../api/client";

type FailureCode = NonNullable<Schemas["Message"]["failure_code"]>;

export const zh = {
  title: "消息",
  noGateway: "未配置消息网关时，消息只在本页显示，请人工转达客户。",
  toTemplates: "消息模板",
  back: "返回消息列表",

  names: {
    appointment_notice: "上门通知",
    appointment_notice_with_page: "上门通知（含客户页面链接）",
    appointment_reminder: "上门提醒",
    appointment_crew_changed: "到访人员变更",
    page_code: "客户页面验证码",
    appointment_cancelled: "上门取消通知",
    agreement_copy: "协议副本通知",
    agreement_reminder: "分期逾期提醒",
  } as Record<string, string>,

  outbox: {
    list: "发件箱",
    state: "状态",
    every: "全部",
    states: { queued: "待发送", sent: "已发送", delivered: "已送达", failed: "发送失败" },
    channels: { sms: "短信", email: "邮件", letter: "信函" } as Record<string, string>,
    toCase: "查看案件",
    toCaseOf: (name: string, when: string) => `查看案件：${name}，${when}`,
    recipientErased: "收件人已删除",
    textErased: "正文已随客户资料删除。",
    sentAt: (when: string) => `${when} 发出`,
    failure: "失败原因：",
    failures: {
      "no-gateway": "没有为这种渠道配置消息网关，请联系管理员，或人工转达客户。",
      "mail-answered": "邮件服务器拒收。",
      "mail-recipient-refused": "邮件服务器拒绝该收件人，请核对邮箱地址。",
      "mail-unreachable": "邮件服务器没有响应，稍后可重新发送。",
      "mail-without-tls": "邮件服务器不支持加密，密码不会发送给它。请联系管理员。",
      "webhook-answered": "短信网关拒收。",
      "webhook-unreachable": "短信网关没有响应，稍后可重新发送。",
    } as Record<FailureCode, string>,
    again: "重新发送",
    againDone: "已排队重新发送",
    empty: "还没有消息。",
    emptyHint: "在案件页点「通知客户」，或客户申请验证码后，消息会出现在这里。",
    emptyOfState: "没有这种状态的消息。",
    emptyOfStateHint: "选择「全部」可以查看所有消息。",
  },

  templates: {
    title: "消息模板",
    lead: "每种消息的中英文内容，空白处填的是示例。措辞中性，不提及欠款。短信按条计费。",
    encoding: "编码",
    encodings: { gsm7: "GSM 7 位", ucs2: "UCS-2" },
    units: "字符数",
    parts: "短信条数",
    partsOf: (parts: number) => `${parts} 条`,
  },

  noRight: {
    title: "您没有查看消息的权限",
    text: "组长、调度员和法务可以查看发给客户的消息。如果您需要查看，请联系管理员。",
    toDay: "回到今天",
  },
};
