import { useState } from "preact/hooks";

import { Field } from "../Field";
import { w } from "./words/words";

/** The API's own bound (docs/sign-in.md). */
const MIN_LENGTH = 12;

export interface Pair {
  password: string;
  again: string;
}

export const NO_PAIR: Pair = { password: "", again: "" };

/** Whether a new password is long enough and was typed twice alike. */
export function isGood({ password, again }: Pair): boolean {
  return [...password].length >= MIN_LENGTH && password === again;
}

/** A new password, typed twice. */
export function PasswordPair(props: { pair: Pair; onPair: (pair: Pair) => void; isAsked: boolean }) {
  const { pair, onPair, isAsked } = props;
  const [isLeft, setLeft] = useState(false);
  const words = w();
  const isShort = [...pair.password].length < MIN_LENGTH;
  const isOther = pair.password !== pair.again;
  return (
    <>
      <Field
        label={words.newPassword}
        hint={words.newPasswordHint(MIN_LENGTH)}
        type="password"
        value={pair.password}
        onValue={(password) => onPair({ ...pair, password })}
        error={isAsked && isShort ? words.tooShort(MIN_LENGTH) : undefined}
        autocomplete="new-password"
        isRequired
      />
      <div onFocusOut={() => setLeft(true)}>
        <Field
          label={words.again}
          type="password"
          value={pair.again}
          onValue={(again) => onPair({ ...pair, again })}
          error={(isAsked || (isLeft && pair.again !== "")) && isOther ? words.notAlike : undefined}
          autocomplete="new-password"
          isRequired
        />
      </div>
    </>
  );
}
