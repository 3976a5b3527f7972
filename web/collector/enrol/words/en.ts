import type { zh } from "./zh";

export const en: typeof zh = {
  otherApp: {
    title: "Open this page in a browser",
    why: "Inside WeChat, WeCom or another app this page cannot be installed, and what you record offline may be lost.",
    steps: [
      "Tap «…» at the top right.",
      "Choose «Open in browser» (Chrome, Safari or the phone’s own).",
      "Or copy the address and paste it into a browser.",
    ],
    copy: "Copy the address",
    copied: "Copied",
  },
  revoked: {
    title: "This phone is out of service",
    text: "Your office took this phone out of service. Its keys, its days, photographs and records are erased from it. If you wonder why, ask dispatch.",
    go: "Start again",
  },
  enrol: {
    title: "Enrol this phone",
    lead: "Once enrolled it works without signal. Several people can each enrol on one phone.",
    name: "Name of the phone",
    nameHint: "So that dispatch knows which it is, such as «black Huawei».",
    unnamed: "Phone",
    full: (free, least) =>
      `Only ${free} MB are free here, and ${least} MB are needed. Make room on the phone, then open this link again.`,
    over: "This code is spent or over. A code is good for 15 minutes and for one phone. Ask dispatch for another.",
    go: "Enrol",
  },
  install: {
    title: "First install this page",
    why: "It opens faster then, and the phone does not clear away what is not sent yet.",
    steps: {
      ios: ["Tap «Share» below.", "Choose «Add to Home Screen».", "Open it from there, and scan the code once more."],
      huawei: ["Open the menu below.", "Choose «Add to», then «Home screen».", "Open it from there."],
      samsung: ["Open the menu «≡».", "Choose «Add page to», then «Home screen».", "Open it from there."],
      android: ["Tap «⋮» at the top right.", "Choose «Install app» or «Add to Home screen».", "Open it from there."],
      desktop: ["Press the install sign beside the address.", "Open it from the desktop."],
    },
  },
  wrongPerson: {
    title: "This phone was enrolled for somebody else",
    text: "Sign out, and let the person sign in for whom it was enrolled; or ask dispatch for a code of your own.",
    go: "Sign out",
  },
  pin: {
    title: "Choose a PIN",
    anew: "Choose a new PIN",
    lead: "It opens this phone from now on, with or without signal.",
    label: "PIN",
    hint: "6 to 12 digits",
    again: "Once more",
    weak: "Take 6 to 12 digits, no run of them and not all the same.",
    differs: "The two are not the same.",
    go: "Done",
  },
  noPhone: {
    title: "This browser is not enrolled: you can only read",
    text: "To record arrivals, photographs and outcomes, enrol your phone:",
    steps: [
      "Ask dispatch to open «Devices» and make a code for you.",
      "Scan it with the phone’s camera, and open it in a browser.",
      "Enrol, sign in, and choose a PIN.",
    ],
  },
};
