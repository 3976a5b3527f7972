import { en } from "./en";
import { inBoth } from "./language";
import { zh } from "./zh";

/** The words that every part shares. */
export const t = inBoth(zh, en);
