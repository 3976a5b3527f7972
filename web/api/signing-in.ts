/**
 * From names and password to a session, by the steps that the API names: a password of one's own, a code of the
 * second factor. The names of last time stay in this browser, and what tells the API that this person was here
 * before: it opens nothing, but keeps others' wrong tries from slowing them down. Who is new here while many
 * strangers try solves a puzzle on the way.
 */
import { signal } from "@preact/signals";

import { send } from "./network";
import { Problem, problemOf } from "./problem";
import type { Puzzle } from "./puzzle";
import type { components } from "./schema";
import { begin } from "./session";

type Tokens = components["schemas"]["Tokens"];

/** What comes next, and the step that opens it once. */
export interface Step {
  kind: "password" | "code";
  step: string;
}

const NEXT: Partial<Record<string, Step["kind"]>> = {
  "password-change-required": "password",
  "second-factor-required": "code",
};
const NAMES = "doorstep.names";
const DEVICES = "doorstep.devices";
/** People who share this browser. */
const MOST_DEVICES = 12;

/** Another may be asked if the first is over before it is solved. */
const MOST_PUZZLES = 2;

/** Whether this device works on a puzzle: some seconds, on a slow one. */
export const isSolving = signal(false);

/** Whose sign-in goes on: known from its first step, and not behind a link. */
let person: string | null = null;

export function namesOfLastTime(): { organisation: string; username: string } {
  const asked = new URLSearchParams(location.search).get("organisation");
  const kept = read(NAMES);
  return { organisation: asked ?? kept["organisation"] ?? "", username: kept["username"] ?? "" };
}

/** Null once the session is open; else what comes next. */
export async function signIn(organisation: string, username: string, password: string): Promise<Step | null> {
  person = `${organisation}/${username}`.toLowerCase();
  const next = await take("/v1/sign-in", { organisation, username, password });
  localStorage.setItem(NAMES, JSON.stringify({ organisation, username }));
  return next;
}

export async function sendCode(step: string, code: string): Promise<Step | null> {
  return take("/v1/sign-in/code", { step, code: code.trim() });
}

/** In place of a password that somebody else chose, or with the code of a link. */
export async function choosePassword(step: string, password: string): Promise<Step | null> {
  return take("/v1/sign-in/password", { step, password });
}

async function take(path: string, told: object): Promise<Step | null> {
  const device = person === null ? undefined : read(DEVICES)[person];
  const body = { ...told, ...(device && { device_token: device }), refresh_in: "cookie" };
  let response = await post(path, body);
  for (let asked = 0; !response.ok; asked++) {
    const problem = await problemOf(response);
    const kind = NEXT[problem.code];
    if (kind !== undefined && problem.step !== null) return { kind, step: problem.step };
    if (problem.puzzle === null || asked === MOST_PUZZLES || !isSecureContext) throw problem;
    response = await post(path, { ...body, solution: await solution(problem.puzzle) });
  }
  const tokens = (await response.json()) as Tokens;
  if (person !== null && tokens.device_token !== null) remember(person, tokens.device_token);
  begin(tokens);
  return null;
}

function post(path: string, body: object): Promise<Response> {
  const headers = { "Content-Type": "application/json" };
  return send(new Request(path, { method: "POST", headers, body: JSON.stringify(body) }));
}

async function solution(puzzle: Puzzle): Promise<{ puzzle: string; numbers: number[] }> {
  isSolving.value = true;
  try {
    const { solve } = await import("./puzzle");
    return { puzzle: puzzle.text, numbers: await solve(puzzle) };
  } finally {
    isSolving.value = false;
  }
}

function remember(whose: string, device: string): void {
  const others = Object.entries(read(DEVICES)).filter(([each]) => each !== whose);
  const kept = [...others, [whose, device] as const].slice(-MOST_DEVICES);
  localStorage.setItem(DEVICES, JSON.stringify(Object.fromEntries(kept)));
}

function read(key: string): Partial<Record<string, string>> {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "{}") as Partial<Record<string, string>>;
  } catch {
    return {};
  }
}

/** Whether a step, a link or a reset is over, so that only a new beginning helps. */
export function isOver(error: unknown): boolean {
  return error instanceof Problem && error.code === "code-spent";
}
