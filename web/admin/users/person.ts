/** What an administrator writes about a person, and how it differs from what is on record. */
import type { Schemas } from "../../api/client";

export type Role = Schemas["User"]["roles"][number];
export const ROLES: readonly Role[] = ["collector", "supervisor", "dispatcher", "legal", "admin"];

export interface Person {
  name: string;
  badge: string;
  language: string;
  roles: ReadonlySet<string>;
}

export type Part = keyof Person;
export const PARTS: readonly Part[] = ["name", "badge", "language", "roles"];

export const NOBODY: Person = { name: "", badge: "", language: "", roles: new Set() };

export function personOf(user: Schemas["User"]): Person {
  return {
    name: user.name ?? "",
    badge: user.badge ?? "",
    language: user.language ?? "",
    roles: new Set(user.roles),
  };
}

/** A part in one spelling: two persons have the same part if these are the same. */
export function spelled(person: Person, part: Part): string {
  if (part === "roles") return ROLES.filter((role) => person.roles.has(role)).join(" ");
  return person[part].trim();
}

export function differing(one: Person, other: Person): Part[] {
  return PARTS.filter((part) => spelled(one, part) !== spelled(other, part));
}

export function rolesOf(person: Person): Role[] {
  return ROLES.filter((role) => person.roles.has(role));
}

/** What the API has to be told to make `user` what `wanted` is. */
export function changesOf(wanted: Person, user: Schemas["User"]): Schemas["UserUpdate"] {
  const parts = differing(wanted, personOf(user));
  return {
    ...(parts.includes("name") && { name: wanted.name.trim() }),
    ...(parts.includes("badge") && { badge: wanted.badge.trim() || null }),
    ...(parts.includes("language") && { language: wanted.language || null }),
    ...(parts.includes("roles") && { roles: rolesOf(wanted) }),
  };
}
