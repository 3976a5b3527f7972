import type { zh } from "./zh";

export const en: typeof zh = {
  goOn: "Continue",
  startAgain: "Start again",
  ownTitle: "Choose your own password",
  ownLead: "Somebody else chose the one you have. Choose one that only you know, then go on.",
  newPassword: "New password",
  newPasswordHint: (least) => `At least ${least} characters; a few unrelated words make a good one.`,
  again: "The same once more",
  tooShort: (least) => `It needs at least ${least} characters.`,
  notAlike: "The two are not alike.",
  codeTitle: "Enter your code",
  codeLead: "Open the code generator on your phone and enter its six digits.",
  code: "Six digits",
  lostCode: "No phone? Use a recovery code",
  haveCode: "Use the code generator",
  recoveryLead: "Enter one of the recovery codes that you kept. Each is good once.",
  recoveryCode: "Recovery code",
};
