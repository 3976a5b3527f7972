/**
 * The phone's database: one for each person who uses it, so that the next one of a shared phone sees nothing of the
 * one before. A new version adds to the tables; it never empties the outbox.
 */
import { deleteDB, openDB, type DBSchema, type IDBPDatabase, type StoreNames } from "idb";

import type { Known } from "./known";
import type { CommandRow, Meta, PendingRow, PhotoRow, StopRow } from "./rows";

interface Tables extends DBSchema {
  meta: { key: string; value: unknown };
  stops: { key: string; value: StopRow };
  commands: { key: number; value: CommandRow };
  photos: { key: string; value: PhotoRow };
  pending: { key: string; value: PendingRow };
}

export type Table = Exclude<StoreNames<Tables>, "meta">;
export type Row<T extends Table> = Tables[T]["value"];

const VERSION = 1;

/** Each step leads from one version to the next; a phone may come from any of them. */
const STEPS: readonly ((db: IDBPDatabase<Tables>) => void)[] = [
  (db) => {
    db.createObjectStore("meta");
    db.createObjectStore("stops", { keyPath: "id" });
    db.createObjectStore("commands", { keyPath: "seq" });
    db.createObjectStore("photos", { keyPath: "sha256" });
    db.createObjectStore("pending", { keyPath: "visit_id" });
  },
];

/** Evidence is on the disk before anybody hears that it was saved. */
const STRICT = { durability: "strict" } as const;

export class Store {
  private constructor(
    readonly of: Known,
    private readonly db: IDBPDatabase<Tables>,
  ) {}

  static async open(of: Known): Promise<Store> {
    const db = await openDB<Tables>(nameOf(of), VERSION, {
      upgrade: (upgraded, from) => STEPS.slice(from).forEach((step) => step(upgraded)),
      blocking: (_from, _to, event) => (event.target as IDBDatabase).close(),
    });
    return new Store(of, db);
  }

  async get<K extends keyof Meta>(key: K): Promise<Meta[K] | undefined> {
    return (await this.db.get("meta", key)) as Meta[K] | undefined;
  }

  all<T extends Table>(table: T): Promise<Row<T>[]> {
    return this.db.getAll(table);
  }

  row<T extends Table>(table: T, key: Tables[T]["key"]): Promise<Row<T> | undefined> {
    return this.db.get(table, key);
  }

  /** Everything of `change` at once and on the disk, or nothing of it. */
  async write(change: Change): Promise<void> {
    const names = ["meta", "stops", "commands", "photos", "pending"] as const;
    const writing = this.db.transaction(names, "readwrite", STRICT);
    const asked: Promise<unknown>[] = [];
    for (const [key, value] of Object.entries(change.meta ?? {})) {
      const meta = writing.objectStore("meta");
      asked.push(value === undefined ? meta.delete(key) : meta.put(value, key));
    }
    for (const table of change.clear ?? []) asked.push(writing.objectStore(table).clear());
    for (const [table, key] of change.remove ?? []) asked.push(writing.objectStore(table).delete(key));
    for (const row of change.stops ?? []) asked.push(writing.objectStore("stops").put(row));
    for (const row of change.newCommands ?? []) asked.push(writing.objectStore("commands").add(row));
    for (const row of change.commands ?? []) asked.push(writing.objectStore("commands").put(row));
    for (const row of change.photos ?? []) asked.push(writing.objectStore("photos").put(row));
    for (const row of change.pending ?? []) asked.push(writing.objectStore("pending").put(row));
    await Promise.all([...asked, writing.done]);
  }

  close(): void {
    this.db.close();
  }

  /** Nothing is left of this person on this phone. */
  async destroy(): Promise<void> {
    this.db.close();
    await deleteDB(nameOf(this.of));
  }
}

function nameOf({ user, device }: Known): string {
  return `doorstep-${user}-${device}`;
}

export interface Change {
  meta?: { [K in keyof Meta]?: Meta[K] | undefined };
  clear?: readonly Table[];
  remove?: readonly (readonly [Table, string | number])[];
  stops?: readonly StopRow[];
  /** Fails as a whole if one of them exists: a place in the chain is taken once. */
  newCommands?: readonly CommandRow[];
  commands?: readonly CommandRow[];
  photos?: readonly PhotoRow[];
  pending?: readonly PendingRow[];
}
