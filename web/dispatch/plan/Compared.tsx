import type { Schemas } from "../../api/client";
import { Table } from "../../ui/Table";
import { w } from "./words/words";

type Figures = Schemas["Figures"];

interface Line {
  word: string;
  was: string;
  is: string;
  by: string;
}

/** A draft beside the plan that is published: the figures that differ. */
export function Compared({ before, after }: { before: Figures; after: Figures }) {
  const words = w().compared;
  const minutes = (seconds: number) => w().hours(Math.round(seconds / 60));
  const km = (metres: number) => w().km((metres / 1000).toFixed(1));
  const line = (word: string, key: keyof Figures, told: (figure: number) => string): Line[] => {
    const by = after[key] - before[key];
    const was = told(before[key]);
    const is = told(after[key]);
    return was === is ? [] : [{ word, was, is, by: `${by > 0 ? "+" : "−"}${told(Math.abs(by))}` }];
  };
  const rows = [
    ...line(w().counts.planned, "planned", String),
    ...line(w().counts.leftOut, "left_out", String),
    ...line(w().counts.travel, "travel_s", minutes),
    ...line(words.distance, "travel_m", km),
    ...line(words.spread, "spread_s", minutes),
  ];
  if (rows.length === 0) return null;
  return (
    <Table
      caption={words.title}
      rows={rows}
      keyOf={(row) => row.word}
      columns={[
        { head: words.what, cell: (row) => row.word },
        { head: words.before, cell: (row) => row.was, isNumber: true },
        { head: words.after, cell: (row) => row.is, isNumber: true },
        { head: words.by, cell: (row) => row.by, isNumber: true },
      ]}
    />
  );
}
