import type { zh } from "./zh";

export const en: typeof zh = {
  title: "Locked",
  pin: "PIN",
  open: "Unlock",
  passkey: "Unlock by finger or face",
  wrong: "This is not the PIN.",
  wait: "Too many wrong tries. Wait a little, then try again.",
  unsent: (count) => `${count} not sent yet; sending goes on while locked.`,
  nothingUnsent: "Everything is sent.",
  others: "Colleagues on this phone",
  unnamed: "A colleague",
  forgotten: "I forgot the PIN",
  help: "Dispatch has to help",
  helpText:
    "Ask dispatch to reset the PIN of this phone under «Devices». Then sign in where there is signal and choose a new one. Nothing unsent is lost.",
  notReset: "Dispatch has not reset the PIN yet.",
  leaseOver: "Too long without signal",
  leaseText:
    "To protect customers, a phone that was out of contact for long stays shut. Sign in where there is signal. What is unsent is all here.",
  signIn: "Sign in",
  ask: "Ask again",
  back: "Back",
};
