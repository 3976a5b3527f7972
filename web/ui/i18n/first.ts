import { inBoth } from "./language";

/** The words of what every page shows first; apart from all others, so that a light page need not fetch those. */
export const first = inBoth(
  { language: "语言", loading: "正在加载…" },
  { language: "Language", loading: "Loading…" },
);
