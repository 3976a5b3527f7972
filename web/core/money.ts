/** The whole minor units that a person wrote («1,200.50» → 120050); null if it is no amount, or below `least`. */
export function minorUnits(text: string, { digits = 2, least = 1 } = {}): number | null {
  const found = /^(\d{1,12})(?:\.(\d+))?$/.exec(text.trim().replace(/[,，\s]/g, ""));
  const fraction = found?.[2] ?? "";
  if (!found || fraction.length > digits) return null;
  const minor = Number(`${found[1]}${fraction.padEnd(digits, "0")}`);
  return Number.isSafeInteger(minor) && minor >= least ? minor : null;
}
