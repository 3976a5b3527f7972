export const zh = {
  ways: { today: "今天" },
  today: {
    title: "今天",
    tomorrow: "明天",
    next: "下一户",
    underWay: "进行中",
    later: "之后",
    over: "已结束",
    empty: "这一天没有安排拜访。",
    emptyHint: "有新安排时会出现在这里。",
    open: "打开",
    done: (done: number, all: number) => `完成 ${done} / ${all}`,
  },
};
