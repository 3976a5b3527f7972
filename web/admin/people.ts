/** The people of the house, as the screens name them. */
import { api, type Schemas } from "../api/client";
import { every } from "../api/pages";

export type User = Schemas["User"];

/** Everybody who can sign in, by name. */
export async function everybody(role?: User["roles"][number]): Promise<User[]> {
  const query = { state: "active" as const, limit: 200, ...(role && { role }) };
  const users = await every((cursor) => api.GET("/v1/users", { params: { query: { ...query, ...cursor } } }));
  return users.sort((a, b) => nameOf(a).localeCompare(nameOf(b), "zh"));
}

export function nameOf(user: User | undefined): string {
  return user?.name ?? user?.username ?? "–";
}
