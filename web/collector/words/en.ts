import type { zh } from "./zh";

export const en: typeof zh = {
  ways: { today: "Today" },
  today: {
    title: "Today",
    tomorrow: "Tomorrow",
    next: "Next door",
    underWay: "Under way",
    later: "Later",
    over: "Over",
    empty: "No visit is planned for this day.",
    emptyHint: "What is planned for you will stand here.",
    open: "Open",
    done: (done, all) => `${done} of ${all} done`,
  },
};
