/** What lies in the phone's tables. Names, addresses and words are sealed; what is needed to find a row is not. */
import type { Measured } from "../core/clock";
import type { Sealed, Wrapped } from "../core/vault";

/** This phone as one person's device: one enrolment, one key, one chain. */
export interface Device {
  id: string;
  user_id: string;
  organisation: string;
  name: string;
  /** Signs; its private half cannot leave this browser. */
  pair: CryptoKeyPair;
  /** Mixed into the PIN. */
  secret: CryptoKey;
  /** Seals the queue, which is sent while the phone is locked too. */
  queue: CryptoKey;
  /** The device token, sealed by `queue`: it may send commands and ask for upload tickets, nothing else. */
  token: Sealed;
}

/** The last link of this phone's chain. */
export interface Head {
  seq: number;
  hash: string;
}

export interface Vault {
  pin: Wrapped;
  passkey: (Wrapped & { id: ArrayBuffer }) | null;
  /** Wrong PINs one after the other, and until when to wait for it. */
  wrong: number;
  wait_until: number;
}

/** What the server said last about time and leave. */
export interface Contact {
  measured: Measured;
  /** How far the phone's clock was put forward since then, as far as it was noticed. */
  jumped_ms: number;
  nonce: string;
  server_time: string;
  lease_until: string;
}

/** The place in the server's log up to which this phone has heard. */
export interface Slice {
  cursor: string | null;
  day: string;
  timezone: string;
  pay_to: { label: string; url: string } | null;
  /** When the last answer came, by the server's clock. */
  at: string;
}

export interface Meta {
  device: Device;
  head: Head;
  vault: Vault;
  contact: Contact;
  slice: Slice;
  /** Who works with it, under the content key: shown when it is open. */
  person: Sealed;
  /** Closed lists of the server, as it told them. */
  outcomes: unknown;
  /** The newest wall clock that was seen, to notice when it was put back while the page was closed. */
  wall_ms: number;
  /** Until when the person said that they would check in. */
  check_in: string | null;
  /** When the shift began on this phone; null outside of one. */
  shift: string | null;
  pin_reset: boolean;
}

/** One visit of today or the next two days, as the server told it. */
export interface StopRow {
  id: string;
  day: string;
  position: number;
  sealed: Sealed;
}

/** A command that was said: never changed, and kept until the server answered with the same hash. */
export interface CommandRow {
  seq: number;
  id: string;
  hash: string;
  sig: string;
  at_ms: number;
  /** The exact bytes, under the queue key. */
  sealed: Sealed;
  /** The server's answer under the queue key; null while it waits. */
  answer: Sealed | null;
  /** Why a person set it aside from sight: it is still sent. */
  set_aside: string | null;
}

/** A picture on its way: first its small copy, then the original, both sealed by the queue key. */
export interface PhotoRow {
  sha256: string;
  /** The original of which this is the small copy; null if it is the original. */
  original: string | null;
  visit_id: string;
  content_type: string;
  length: number;
  at_ms: number;
  state: "waiting" | "sent" | "safe";
  /** Null once the server has the original for good. */
  sealed: Sealed | null;
}

/** An outcome that can still be taken back: it is sealed into the chain when its seconds are over. */
export interface PendingRow {
  visit_id: string;
  due_ms: number;
  sealed: Sealed;
}
