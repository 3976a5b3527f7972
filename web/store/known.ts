/** Whose phones this browser is: names nobody but by ids, and is readable before anything is unlocked. */
const KEPT = "doorstep.phones";

export interface Known {
  user: string;
  device: string;
  /** The name that this person signs in with, to find themselves on a shared phone. */
  label?: string;
  /** Another enrolment of the same person took its place: it only sends what it still has. */
  isOver?: boolean;
}

/** The person who worked last stands first. */
export function knownPhones(): Known[] {
  try {
    return JSON.parse(localStorage.getItem(KEPT) ?? "[]") as Known[];
  } catch {
    return [];
  }
}

/** A new enrolment: an older one of the same person is over. */
export function remember(known: Known): void {
  keep([known, ...knownPhones().map((each) => (each.user === known.user ? { ...each, isOver: true } : each))]);
}

/** The person whose phone this is now stands first. */
export function first(device: string, label?: string): void {
  const phones = knownPhones();
  const own = phones.filter((each) => each.device === device);
  const named = label === undefined ? own : own.map((each) => ({ ...each, label }));
  keep([...named, ...phones.filter((each) => each.device !== device)]);
}

export function forget(device: string): void {
  keep(knownPhones().filter((each) => each.device !== device));
}

function keep(phones: Known[]): void {
  localStorage.setItem(KEPT, JSON.stringify(phones));
}
