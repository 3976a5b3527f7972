import type { zh } from "./zh";

export const en: typeof zh = {
  notWhole: "This link is not whole",
  notWholeText: "Open the whole link from the message once more; if you copied it, copy the part behind # too.",
  newPasswordLead: "Your administrator asks you to choose a new password. This link is good once, for 24 hours.",
  passwordSet: "Your password is set",
  signedIn: "You are signed in. Go on to your work:",
  first: {
    title: "The first administrator",
    emptyLead: "This installation is empty. Found your organisation and your own account; the link is good once.",
    lead: (slug) => `«${slug}» has no administrator yet. Open your account; the link is good once.`,
    house: "Organisation",
    houseName: "Its name",
    slug: "Short name",
    slugHint: "For signing in: small letters, digits and hyphens, such as my-house",
    country: "Country",
    countryHint: "Decides which rules, currency and time zones apply",
    countries: { CN: "China", US: "United States" },
    timezone: "Time zone",
    you: "You",
    name: "Name",
    go: "Open the account",
    done: "The account is open",
    doneText: (organisation, username) =>
      `Sign in with the organisation «${organisation}», the user name «${username}» and the password you chose.`,
  },
};
