import { ask } from "./client";

export interface Page<Item> {
  items: Item[];
  next_cursor: string | null;
}

const MOST_PAGES = 50;

/** Every row of a list, page after page. */
export async function every<Item>(
  fetchPage: (cursor: { cursor?: string }) => Promise<{ data?: Page<Item>; error?: unknown; response: Response }>,
): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: { cursor?: string } = {};
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const found: Page<Item> = await ask(fetchPage(cursor));
    items.push(...found.items);
    if (found.next_cursor === null) break;
    cursor = { cursor: found.next_cursor };
  }
  return items;
}
