import type { zh } from "./zh";

export const en: typeof zh = {
  title: "Earlier visits",
  empty: "No earlier visit is kept on this phone.",
  emptyHint: "Your visits of the last seven days stay here.",
};
