import type { zh } from "./zh";

export const en: typeof zh = {
  title: "Safety",
  sos: "Call for help in silence",
  sosHint:
    "No sound, no shaking. Dispatch is told at once, with where you are; without signal, the moment there is some.",
  sosGo: "Call for help",
  sosSent: "Your call is recorded and goes out as soon as there is signal. First get away.",
  police: "110",
  callPolice: "Call 110",
  callOffice: "Call the office",
  timer: "Check-in timer",
  timerHint: "If you have not said that you are well by then, dispatch is told.",
  minutes: (count) => `${count} minutes`,
  due: (when) => `Say that you are well before ${when}.`,
  late: (when) => `It is past ${when}: say that you are well now.`,
  well: "I am well",
  partner: (names) => `A visit for two: ${names} goes with you. Go in and out together.`,
};
