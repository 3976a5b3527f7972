export const zh = {
  title: "以前的拜访",
  empty: "手机里没有以前的拜访。",
  emptyHint: "这里保留最近七天的拜访。",
};
