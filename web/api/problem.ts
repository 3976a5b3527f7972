import type { Puzzle } from "./puzzle";
import type { components } from "./schema";

export interface Reason {
  rule_id: string;
  verdict: "allow" | "warn" | "refuse";
  source: string;
  figure: string;
  detail: string;
}

/** What the rules said: every one that spoke, and when they would say otherwise. */
export interface Decision {
  verdict: "allow" | "warn" | "refuse";
  reasons: Reason[];
  judged_at: string;
  next_lawful_at: string | null;
}

export type Breach = components["schemas"]["Breach"];

type Body = Omit<components["schemas"]["Problem"], "decision"> & { decision?: Decision };

/** The API answered, and said no. `code` is stable: act on that one. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly requestId: string;
  readonly faults: readonly { pointer: string; detail: string }[];
  readonly decision: Decision | null;
  /** What stands against a day that was wished for. */
  readonly breaches: readonly Breach[];
  readonly retryAfterS: number | null;
  /** Opens the next step of a sign-in, once. */
  readonly step: string | null;
  /** What this device solves before it signs in. */
  readonly puzzle: Puzzle | null;
  /** The place in a phone's chain from which the server wants its commands again. */
  readonly expectedSeq: number | null;

  constructor(response: Response, body: Partial<Body> & { expected_seq?: number }) {
    super(body.detail ?? response.statusText);
    this.name = "Problem";
    this.status = response.status;
    this.code = body.code ?? "internal";
    this.requestId = body.instance ?? response.headers.get("X-Request-Id") ?? "";
    this.faults = body.errors ?? [];
    this.decision = body.decision ?? null;
    this.breaches = body.breaches ?? [];
    this.step = body.step ?? null;
    this.puzzle = body.puzzle ?? null;
    this.expectedSeq = body.expected_seq ?? null;
    const wait = Number(response.headers.get("Retry-After"));
    this.retryAfterS = wait > 0 ? wait : null;
  }
}

/** No answer came: the network, not the API, is the matter. */
export class OfflineError extends Error {
  override readonly name = "OfflineError";
}

/** The problem that an answer carries, whatever its body is. */
export async function problemOf(response: Response): Promise<Problem> {
  let body: Partial<Body> = {};
  try {
    body = (await response.json()) as Partial<Body>;
  } catch {
    // Not the API itself answered, but something on the way: the status has to do.
  }
  return new Problem(response, body);
}
