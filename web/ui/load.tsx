import type { ComponentChildren } from "preact";

import type { Loading } from "./doing";
import { ErrorBox } from "./ErrorBox";
import { Skeleton } from "./Skeleton";

export { useDoing, useLoading, type Doing, type Loading } from "./doing";

/** Shows what was loaded, or that it loads, or why it could not be. */
export function Loaded<T>(props: {
  from: Loading<T>;
  lines?: number;
  children: (value: NonNullable<T>) => ComponentChildren;
}) {
  const { value, error, reload } = props.from;
  if (error !== undefined) return <ErrorBox error={error} retry={reload} />;
  if (value === undefined || value === null) return <Skeleton lines={props.lines ?? 4} />;
  return <>{props.children(value)}</>;
}
