import type { zh } from "./zh";

export const en: typeof zh = {
  frame: { today: "Today", unsent: "Unsent", safety: "Safety", settings: "Settings", lock: "Lock" },
  sync: {
    offline: (commands, photos) => `Offline${left(commands, photos)}`,
    waiting: (commands, photos) => `Sending${left(commands, photos)}`,
    later: (commands, photos) => `The office is busy; it will be tried again${left(commands, photos)}`,
    stuck: "Sending is stuck. Everything is safe on this phone; look at «Unsent».",
    done: "Everything is sent",
    signIn: "Sign in for news",
    fresh: "A new version is ready.",
    takeOver: "Update",
  },
  today: {
    title: "Today",
    tomorrow: "Tomorrow",
    after: "Day after",
    days: "Day",
    next: "Next door",
    underWay: "Under way",
    later: "Later",
    over: "Over",
    gone: "Taken off your day",
    goneWhy: {
      reassigned: "given to somebody else",
      cancelled: "cancelled: do not go there",
      suspended: "suspended: do not go there",
      over: "not in your day any more",
    },
    changed: "Your plan has changed",
    removed: (count) =>
      count === 1 ? "1 visit was taken off. Do not go there." : `${count} visits were taken off. Do not go there.`,
    added: (count) => (count === 1 ? "1 visit is new." : `${count} visits are new.`),
    moved: (count) => (count === 1 ? "1 visit has another hour." : `${count} visits have other hours.`),
    understood: "I have seen it",
    empty: "No visit is planned for this day.",
    emptyHint: "What is planned for you will stand here.",
    never: "Your day has not arrived on this phone yet.",
    neverHint: "Sign in where there is signal, and it comes by itself.",
    open: "Open",
    depart: "Set out",
    done: (done, all) => `${done} of ${all} done`,
    owed: "Owed",
    hold: "Contact stopped",
    past: "Earlier visits",
    notSent: "Not sent yet",
  },
};

function left(commands: number, photos: number): string {
  const records = commands === 1 ? "1 record" : `${commands} records`;
  const pictures = photos === 1 ? "1 photograph" : `${photos} photographs`;
  const parts = [commands > 0 && records, photos > 0 && pictures].filter(Boolean);
  return parts.length > 0 ? ` · waiting: ${parts.join(", ")}` : "";
}
