import { inBoth } from "../i18n/language";
import { en } from "./en";
import { zh } from "./zh";

export const w = inBoth(zh, en);
