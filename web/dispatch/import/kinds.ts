import { api, ask, type Schemas } from "../../api/client";
import { language } from "../../ui/i18n/language";

export type Kind = Schemas["ImportKind"]["kind"];
export type ImportKinds = Schemas["ImportKinds"];

let told: Promise<ImportKinds> | null = null;

/** Every kind of file with its fields: asked once, for it changes with a release only. */
export function loadKinds(): Promise<ImportKinds> {
  told ??= ask(api.GET("/v1/import-kinds")).catch((error: unknown) => {
    told = null;
    throw error;
  });
  return told;
}

export function fieldsOf(kinds: ImportKinds, kind: Kind): readonly Schemas["ImportField"][] {
  return kinds.items.find((each) => each.kind === kind)?.fields ?? [];
}

export function label(field: Schemas["ImportField"]): string {
  return language.value === "zh" ? field.label_zh : field.label_en;
}

/** A field of a kind in the reader's words; its own name where it is none. */
export function fieldInWords(kinds: ImportKinds, kind: Kind, name: string): string {
  const field = fieldsOf(kinds, kind).find((each) => each.name === name);
  return field ? label(field) : name;
}
