/** A visit as this phone knows it: what the server said last, and every command since that nobody turned away. */
import type { Answer, Heard } from "../api/sync";
import { said, pending, type Pending, type Said, type Stop } from "./live";

export type Met = "self" | "guarantor" | "related" | "unrelated" | "none";
export type Proof = "none" | "stated" | "details" | "code" | "document";
export type State = "departed" | "arrived" | "finished" | "aborted";

export interface Visit {
  id: string;
  appointment_id: string;
  state: State;
  departed_at: string | null;
  arrived_at: string | null;
  finished_at: string | null;
  met: Met | null;
  proof: Proof | null;
  outcome: string | null;
  /** SHA-256 of each picture, in the order in which they were taken. */
  photos: string[];
  /** The plan that was signed at this door. */
  agreement: string | null;
  /** Newest version that the server told of. */
  version: string | null;
  /** Newest answer that said something of this visit. */
  told: Answer | null;
  /** The answer that told of a breach: it is not forgotten because a later one is quiet. */
  breach: Answer | null;
  /** What the server did not take, newest last. */
  refused: Said[];
  /** Served or refused at this door, by notice. */
  notices: Record<string, "served" | "refused">;
  /** An outcome that can still be taken back. */
  pending: Pending | null;
}

const NOT_TAKEN = new Set(["refused", "turned_away"]);

/** The visit of a stop; null before anybody set out. */
export function visitOf(stop: Stop): Visit | null {
  const own = said.value.filter((each) => each.appointment_id === stop.id && each.visit_id !== null);
  let visit = stop.visit && heard(stop, stop.visit);
  for (const command of own) visit = after(visit, stop, command);
  if (visit === null) return null;
  const id = visit.id;
  return { ...visit, pending: pending.value.find((each) => each.visit_id === id) ?? null };
}

/** What was refused before anything of a visit came about: setting out, as a rule. */
export function refusedAt(stop: Stop): Said[] {
  return said.value.filter((each) => each.appointment_id === stop.id && isRefused(each));
}

export function isRefused(command: Said): boolean {
  return command.answer !== null && NOT_TAKEN.has(command.answer.outcome);
}

function heard(stop: Stop, told: Heard): Visit {
  return { ...blank(told.id, stop.id), ...told, told: null };
}

function blank(id: string, appointmentId: string): Visit {
  return {
    id,
    appointment_id: appointmentId,
    state: "departed",
    departed_at: null,
    arrived_at: null,
    finished_at: null,
    met: null,
    proof: null,
    outcome: null,
    photos: [],
    agreement: null,
    version: null,
    told: null,
    breach: null,
    refused: [],
    notices: {},
    pending: null,
  };
}

function after(before: Visit | null, stop: Stop, command: Said): Visit | null {
  if (isRefused(command)) return before && { ...before, refused: [...before.refused, command] };
  const at = command.occurred_at;
  // Whoever is at the door is at the door, though setting out was refused.
  const visit = before ?? blank(command.visit_id ?? "", stop.id);
  const { answer } = command;
  const told = answer ? { told: answer, version: answer.visit?.version ?? visit.version } : {};
  const breach = answer?.outcome === "applied_with_breach" ? answer : visit.breach;
  return { ...visit, ...told, breach, ...change(visit, command, at) };
}

/** A visit that is over stays over, whatever a late command says. */
function change(visit: Visit, { type, payload }: Said, at: string): Partial<Visit> {
  const facts = payload as Record<string, unknown>;
  const isOver = visit.state === "finished" || visit.state === "aborted";
  switch (type) {
    case "visit.depart":
      return { departed_at: visit.departed_at ?? at };
    case "visit.arrive":
      return { state: isOver ? visit.state : "arrived", arrived_at: visit.arrived_at ?? at };
    case "visit.photograph":
      return { photos: [...visit.photos, String(facts["sha256"])] };
    case "visit.meet":
      return { met: facts["person_met"] as Met, proof: facts["identity_proof"] as Proof };
    case "agreement.sign":
      return { agreement: String(facts["agreement_id"]) };
    case "notice.serve":
      return { notices: { ...visit.notices, [String(facts["notice_id"])]: "served" } };
    case "notice.refuse":
      return { notices: { ...visit.notices, [String(facts["notice_id"])]: "refused" } };
    case "visit.finish":
      return {
        state: facts["outcome"] === "UNSAFE_ABORT" ? "aborted" : "finished",
        finished_at: at,
        outcome: String(facts["outcome"]),
        met: facts["person_met"] as Met,
        proof: facts["identity_proof"] as Proof,
      };
    case "visit.abort":
      return { state: "aborted", finished_at: at };
    default:
      return {};
  }
}
