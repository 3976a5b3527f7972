/** What a phone hands in, as people call it. */
export const zh = {
  types: {
    "visit.depart": "出发",
    "visit.arrive": "到达",
    "visit.photograph": "照片",
    "visit.meet": "见到谁",
    "visit.note": "说明",
    "visit.finish": "结果",
    "visit.abort": "中止",
    "agreement.sign": "签署分期",
    "contact.record": "通话",
    "payment.report": "登记还款",
    "notice.serve": "送达文件",
    "notice.refuse": "拒收文件",
    "complaint.receive": "投诉",
    "clock.changed": "手机时间变动",
    "device.health": "手机状态",
    "device.pin_set": "设置 PIN 码",
    "safety.sos": "求助",
    "safety.check_in": "报平安",
    "track.segment": "班次轨迹",
  } as Record<string, string>,
};
