import { signal } from "@preact/signals";

/** What the sync bar says; it always says what is so. */
export type Standing =
  | { is: "idle" }
  | { is: "sending" }
  | { is: "offline" }
  | { is: "later" }
  /** The device token was not taken: somebody has to sign in. */
  | { is: "sign-in" }
  /** Something that trying again does not mend; in words of the server. */
  | { is: "stuck"; why: string };

export const standing = signal<Standing>({ is: "idle" });

/** When the server last had everything that was known here; by the phone's clock. */
export const doneAt = signal<number | null>(null);

/** What the office changed of the plan while nobody looked, by visit: to be told until somebody saw it. */
export type Change = "removed" | "added" | "moved";
export const changedMeanwhile = signal<ReadonlyMap<string, Change>>(new Map());
