import { signal } from "@preact/signals";

import type { Store } from "./db";
import type { Device } from "./rows";

/** A phone whose tables are open; what it keeps of people can be read only while `content` is there. */
export interface Phone {
  store: Store;
  device: Device;
}

/** The phone that this page works with; null while nobody is enrolled here, undefined until we know. */
export const phone = signal<Phone | null | undefined>(undefined);

/** The content key: in memory alone, and gone when the page locks. */
export const content = signal<CryptoKey | null>(null);

/** What a person does in the open: only reached when the phone is there and open. */
export function opened(): Phone & { content: CryptoKey } {
  if (!phone.value || !content.value) throw new Error("The phone is locked.");
  return { ...phone.value, content: content.value };
}
