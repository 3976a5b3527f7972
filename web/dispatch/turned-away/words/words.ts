import { inBoth } from "../../../ui/i18n/language";
import { en } from "./en";
import { zh } from "./zh";

export const w = inBoth(zh, en);
