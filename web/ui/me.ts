import { signal } from "@preact/signals";

import { api, ask, type Schemas } from "../api/client";
import { officeZone } from "./i18n/format";

export interface Me extends Pick<Schemas["Me"], "roles" | "permissions" | "now"> {
  user: string;
  name: string;
  username: string;
  badge: string | null;
  organisation: Schemas["Organisation"];
}

/** Who works on this page; null until they are known. */
export const me = signal<Me | null>(null);

export async function learnWhoIAm(): Promise<Me> {
  const [told, organisation] = await Promise.all([ask(api.GET("/v1/me")), ask(api.GET("/v1/organisation"))]);
  const { user: id, roles, permissions, now } = told;
  if (id === null) throw new Error("A program has no page.");
  const user = await ask(api.GET("/v1/users/{user_id}", { params: { path: { user_id: id } } }));
  officeZone.value = organisation.timezone;
  me.value = {
    user: id,
    roles,
    permissions,
    now,
    name: user.name ?? user.username,
    username: user.username,
    badge: user.badge,
    organisation,
  };
  return me.value;
}

export function may(permission: string): boolean {
  return me.value !== null && permission in me.value.permissions;
}
