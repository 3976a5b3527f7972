import type { Schemas } from "../../api/client";
import { Table } from "../../ui/Table";
import { w } from "./words/words";

type Pace = Schemas["Pace"];
// Fewer trips than this have no pace of their own: these hours have that of the whole day.
const FEWEST_TRIPS = 30;

/** What the times on the way rest on: a map or straight lines, and the pace that was seen, with its margin. */
export function Travel({ travel }: { travel: Schemas["Travel"] }) {
  const words = w().travel;
  const hour = (at: number) => `${String(at).padStart(2, "0")}:00`;
  return (
    <section class="card stack-s" aria-labelledby="plan-travel">
      <h2 id="plan-travel">{words.title}</h2>
      <p class={travel.roads === "silent" ? "note note-amber" : "small"}>{words.roads[travel.roads] ?? words.roads["none"]}</p>
      {travel.roads === "partly" && <p class="small soft">{words.partly(travel.estimated_trips)}</p>}
      {travel.pace.length === 0 ? (
        <p class="small soft">{words.noPace}</p>
      ) : (
        <details>
          <summary>{words.pace}</summary>
          <p class="small soft">{words.paceHint}</p>
          <Table
            caption={words.pace}
            rows={travel.pace}
            keyOf={(pace: Pace) => String(pace.from_hour)}
            columns={[
              { head: words.hours, cell: (pace) => `${hour(pace.from_hour)}–${hour(pace.to_hour)}` },
              { head: words.speed, cell: (pace) => words.kmh((pace.speed_m_h / 1000).toFixed(0)), isNumber: true },
              { head: words.perTrip, cell: (pace) => words.minutes((pace.per_trip_s / 60).toFixed(1)), isNumber: true },
              { head: words.margin, cell: (pace) => `+${pace.margin_percent}%`, isNumber: true },
              { head: words.late, cell: (pace) => (pace.trips > 0 ? `${pace.late_percent}%` : "–"), isNumber: true },
              {
                head: words.trips,
                cell: (pace) => (pace.trips < FEWEST_TRIPS ? words.tooFew(pace.trips) : String(pace.trips)),
                isNumber: true,
              },
            ]}
          />
        </details>
      )}
    </section>
  );
}
