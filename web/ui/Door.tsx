import type { Schemas } from "../api/client";
import { language } from "./i18n/language";

type Parts = Pick<Schemas["Door"], "city" | "street" | "house_number" | "unit" | "postcode" | "country">;

/** An address as it is written in its country: from large to small in China, from small to large elsewhere. */
export function doorInWords(door: Parts): string {
  const isChinese = door.country === "CN" || language.value === "zh";
  const parts = isChinese
    ? [door.city, door.street, door.house_number && `${door.house_number}号`, door.unit]
    : [[door.house_number, door.street].filter(Boolean).join(" "), door.unit, door.city, door.postcode];
  return parts.filter(Boolean).join(isChinese ? "" : ", ");
}
