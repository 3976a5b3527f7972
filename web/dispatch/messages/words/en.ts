import type { zh } from "./zh";

export const en: typeof zh = {
  title: "Messages",
  noGateway: "Where no gateway is set, messages are read here and passed on by hand.",
  toTemplates: "Templates",
  back: "Back to the messages",

  names: {
    appointment_notice: "Notice of a visit",
    appointment_notice_with_page: "Notice of a visit, with the customer’s page",
    appointment_reminder: "Reminder of a visit",
    appointment_crew_changed: "Another collector comes",
    page_code: "Code for the customer’s page",
    appointment_cancelled: "A visit is cancelled",
    agreement_copy: "Copy of an agreement",
    agreement_reminder: "Reminder of an instalment",
  },

  outbox: {
    list: "Outbox",
    state: "State",
    every: "All",
    states: { queued: "Queued", sent: "Sent", delivered: "Delivered", failed: "Failed" },
    channels: { sms: "Text message", email: "E-mail", letter: "Letter" },
    toCase: "Open the case",
    toCaseOf: (name, when) => `Open the case: ${name}, ${when}`,
    recipientErased: "recipient erased",
    textErased: "The text was erased with the customer’s data.",
    sentAt: (when) => `sent ${when}`,
    failure: "Why it failed: ",
    failures: {
      "no-gateway": "No gateway carries this channel. Ask your administrator, or pass it on by hand.",
      "mail-answered": "The mail server did not take it.",
      "mail-recipient-refused": "The mail server refused the recipient: check the address.",
      "mail-unreachable": "The mail server does not answer. Send it again later.",
      "mail-without-tls": "The mail server offers no encryption, so no password is sent to it. Ask your administrator.",
      "webhook-answered": "The text gateway did not take it.",
      "webhook-unreachable": "The text gateway does not answer. Send it again later.",
    },
    again: "Send it once more",
    againDone: "It waits to be sent once more",
    empty: "There is no message yet.",
    emptyHint: "Messages appear here once you tell a customer of a visit, or a customer asks for a code.",
    emptyOfState: "No message is in this state.",
    emptyOfStateHint: "Choose “All” to see every message.",
  },

  templates: {
    title: "Message templates",
    lead: "What each message says in Chinese and English, with examples in its blanks. None names a debt. Each SMS part is charged.",
    encoding: "Encoding",
    encodings: { gsm7: "GSM 7-bit", ucs2: "UCS-2" },
    units: "Characters",
    parts: "SMS parts",
    partsOf: (parts) => (parts === 1 ? "1 part" : `${parts} parts`),
  },

  noRight: {
    title: "You may not read messages",
    text: "Team leads, dispatchers and legal read what customers are sent. Ask your administrator if you should be able to.",
    toDay: "Back to today",
  },
};
