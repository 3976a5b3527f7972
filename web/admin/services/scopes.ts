import { w } from "../words/words";

/** What a program may do, in words: a verb and what it is done to, such as `case:read`. */
export function scopeInWords(scope: string): string {
  const { scopes, verbs, subjects, verbOf } = w().scopes;
  const [subject = "", verb = ""] = scope.split(":");
  const whole = scopes[scope];
  if (whole !== undefined) return whole;
  const [done, thing] = [verbs[verb], subjects[subject]];
  return done === undefined || thing === undefined ? scope : verbOf(done, thing);
}
