import type { ComponentChildren } from "preact";

export interface ButtonProps {
  children: ComponentChildren;
  kind?: "primary" | "plain" | "quiet" | "danger";
  size?: "normal" | "large";
  type?: "button" | "submit";
  isBusy?: boolean;
  isDisabled?: boolean;
  onClick?: () => unknown;
  label?: string;
}

/** While it is busy it takes no second press and stays where the focus was. */
export function Button(props: ButtonProps) {
  const { kind = "plain", size = "normal", type = "button", isBusy = false, isDisabled = false } = props;
  return (
    <button
      type={type}
      class={`button button-${kind} button-${size}`}
      aria-disabled={isBusy || isDisabled}
      aria-busy={isBusy}
      aria-label={props.label}
      onClick={(event) => {
        if (isBusy || isDisabled) event.preventDefault();
        else void props.onClick?.();
      }}
    >
      {props.children}
    </button>
  );
}
