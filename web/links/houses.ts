/** What a new organisation begins with in each country whose rules are released. */
export interface House {
  country: string;
  currency: string;
  packs: string[];
  zones: string[];
}

export const HOUSES: readonly House[] = [
  { country: "CN", currency: "CNY", packs: ["cn"], zones: ["Asia/Shanghai", "Asia/Urumqi"] },
  {
    country: "US",
    currency: "USD",
    packs: ["us"],
    zones: [
      "America/New_York",
      "America/Chicago",
      "America/Denver",
      "America/Phoenix",
      "America/Los_Angeles",
      "America/Anchorage",
      "Pacific/Honolulu",
    ],
  },
];
