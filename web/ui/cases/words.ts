import { inBoth } from "../i18n/language";

/** The words of what both consoles show of a case. */
const zh = {
  search: {
    title: "查案件",
    label: "姓名、电话或编号",
    hint: "姓名任意部分；电话至少四位数字；案件或客户编号从头输入。",
    go: "查找",
    short: "请至少输入两个字。",
    none: (asked: string) => `没有找到「${asked}」`,
    noneHint: "换一种写法试试：只输姓名中的一个字加另一项，或电话后四位。",
    found: (count: number) => `找到 ${count} 件`,
    reference: "案件编号",
    customer: "客户",
    phone: "电话",
    owed: "欠款",
    state: "状态",
    caption: "查找结果",
  },
  caseStates: { open: "进行中", closed: "已结案", recalled: "已退案", withdrawn: "已撤销" } as Record<string, string>,
  customer: {
    title: "客户",
    name: "姓名",
    phone: "电话",
    email: "邮箱",
    language: "语言",
    languages: { zh: "中文", en: "英文" } as Record<string, string>,
    revealed: "完整信息已显示，查看原因已记录。",
  },
};

const en: typeof zh = {
  search: {
    title: "Find a case",
    label: "Name, phone or reference",
    hint: "Any part of a name; four digits or more of a phone; a reference from its beginning.",
    go: "Find",
    short: "Type at least two characters.",
    none: (asked) => `Nothing found for “${asked}”`,
    noneHint: "Try another spelling, another part of the name, or the last four digits of the phone.",
    found: (count) => (count === 1 ? "1 case" : `${count} cases`),
    reference: "Reference",
    customer: "Customer",
    phone: "Phone",
    owed: "Owed",
    state: "State",
    caption: "What was found",
  },
  caseStates: { open: "Open", closed: "Closed", recalled: "Recalled", withdrawn: "Withdrawn" },
  customer: {
    title: "Customer",
    name: "Name",
    phone: "Phone",
    email: "E-mail",
    language: "Language",
    languages: { zh: "Chinese", en: "English" },
    revealed: "Shown in full; the reason is on record.",
  },
};

export const c = inBoth(zh, en);
