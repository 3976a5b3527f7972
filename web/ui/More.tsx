import { useEffect, useState } from "preact/hooks";

import { ask } from "../api/client";
import type { Page } from "../api/pages";
import { Button } from "./Button";
import { ErrorBox } from "./ErrorBox";
import { t } from "./i18n/words";
import { useDoing, useLoading, type Loading } from "./load";

export interface Growing<Item> {
  first: Loading<Page<Item>>;
  items: readonly Item[];
  cursor: string | null;
  more: () => Promise<void>;
}

type Fetch<Item> = (cursor: { cursor?: string }) => Promise<{ data?: Page<Item>; error?: unknown; response: Response }>;

/** A list that begins with its first page and grows by one page a press; a new `key` begins it anew. */
export function useGrowing<Item>(key: string, fetchPage: Fetch<Item>): Growing<Item> {
  const first = useLoading(key, () => ask(fetchPage({})));
  const [rest, setRest] = useState<Page<Item> | null>(null);
  useEffect(() => setRest(null), [first.value]);
  const cursor = rest ? rest.next_cursor : (first.value?.next_cursor ?? null);

  async function more(): Promise<void> {
    if (cursor === null) return;
    const page = await ask(fetchPage({ cursor }));
    setRest({ items: [...(rest?.items ?? []), ...page.items], next_cursor: page.next_cursor });
  }

  return { first, items: [...(first.value?.items ?? []), ...(rest?.items ?? [])], cursor, more };
}

export function More<Item>({ of }: { of: Growing<Item> }) {
  const growing = useDoing(of.more);
  if (of.cursor === null) return null;
  return (
    <div class="stack more">
      {growing.error !== undefined && <ErrorBox error={growing.error} />}
      <Button onClick={growing.run} isBusy={growing.isBusy}>
        {t().more}
      </Button>
    </div>
  );
}
