export const zh = {
  frame: { today: "今天", unsent: "待上传", safety: "安全", settings: "设置", lock: "锁屏" },
  sync: {
    offline: (commands: number, photos: number) => `离线${left(commands, photos)}`,
    waiting: (commands: number, photos: number) => `正在上传${left(commands, photos)}`,
    later: (commands: number, photos: number) => `系统繁忙，稍后自动重试${left(commands, photos)}`,
    stuck: "上传受阻，内容都在手机里。请打开“待上传”查看。",
    done: "全部已上传",
    signIn: "登录后接收更新",
    fresh: "新版本已就绪。",
    takeOver: "更新",
  },
  today: {
    title: "今天",
    tomorrow: "明天",
    after: "后天",
    days: "日期",
    next: "下一户",
    underWay: "进行中",
    later: "之后",
    over: "已结束",
    gone: "已从您的行程中移除",
    goneWhy: {
      reassigned: "已改派给其他人",
      cancelled: "已取消，请勿上门",
      suspended: "已暂停，请勿上门",
      over: "已不在行程中",
    } as Record<string, string>,
    changed: "行程有变",
    removed: (count: number) => `${count} 个拜访已移除，请勿前往。`,
    added: (count: number) => `新增 ${count} 个拜访。`,
    moved: (count: number) => `${count} 个拜访的时间有变，请按新时间前往。`,
    understood: "知道了",
    empty: "这一天没有安排拜访。",
    emptyHint: "有新安排时会出现在这里。",
    never: "还没有收到今天的行程。",
    neverHint: "请在有信号的地方登录，行程会自动下载。",
    open: "打开",
    depart: "出发",
    done: (done: number, all: number) => `完成 ${done} / ${all}`,
    owed: "欠款",
    hold: "停催",
    past: "以前的拜访",
    notSent: "待上传",
  },
};

function left(commands: number, photos: number): string {
  const parts = [commands > 0 && `${commands} 条记录`, photos > 0 && `${photos} 张照片`].filter(Boolean);
  return parts.length > 0 ? ` · 待上传 ${parts.join("、")}` : "";
}
