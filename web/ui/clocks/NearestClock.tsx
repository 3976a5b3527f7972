import { api, ask, type Schemas } from "../../api/client";
import { date } from "../i18n/format";
import { Loaded, useLoading } from "../load";
import { w } from "./words";

type Clock = Schemas["LegalClock"];
// What nobody has to act upon before its end is no deadline.
const DEADLINES: ReadonlySet<Clock["title"]> = new Set(["limitation", "validation_notice", "complaint"]);
const GOES_ON: ReadonlySet<Clock["state"]> = new Set(["running", "interrupted", "run_out"]);

/** The deadline of the case that comes first, or that passed; and that limitation cannot be told, where it cannot. */
export function NearestClock({ caseId }: { caseId: string }) {
  const loading = useLoading(caseId, () =>
    ask(api.GET("/v1/cases/{case_id}/clocks", { params: { path: { case_id: caseId } } })),
  );
  return <Loaded from={loading} lines={1}>{({ clocks }) => <Line clocks={clocks} />}</Loaded>;
}

function nearest(clocks: Clock[]): Clock | undefined {
  return clocks
    .filter((clock) => clock.due !== null && DEADLINES.has(clock.title) && GOES_ON.has(clock.state))
    .sort((one, other) => (one.due ?? "").localeCompare(other.due ?? ""))[0];
}

function Line({ clocks }: { clocks: Clock[] }) {
  const words = w();
  const first = nearest(clocks);
  const isUnsure = clocks.some(
    (clock) =>
      clock.title === "limitation" && clock.state !== "closed" && clock.notes.includes("due_date_not_recorded"),
  );
  return (
    <>
      {first?.due && (
        <p class={first.alarm === "none" ? "" : "note note-amber"}>
          {words.nearest(words.titles[first.title], date(first.due), words.daysLeft(first.days_left ?? 0))}
        </p>
      )}
      {!first && !isUnsure && <p class="soft">{words.none}</p>}
      {isUnsure && <p class="soft small">{words.unsure}</p>}
    </>
  );
}
