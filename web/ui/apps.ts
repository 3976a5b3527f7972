/** The parts of the house, where they lie, and what one has to be allowed for each to make sense. */
export type App = "collector" | "dispatch" | "legal" | "admin";

export const NEEDED: Record<App, string> = {
  collector: "visit:arrive",
  dispatch: "appointment:book",
  legal: "timeline:read",
  admin: "user:change",
};

export const WAYS: Record<App, string> = { collector: "/m", dispatch: "/dispatch", legal: "/legal", admin: "/admin" };

export const APPS = Object.keys(WAYS) as App[];
