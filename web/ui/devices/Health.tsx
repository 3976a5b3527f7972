import { dayTime } from "../i18n/format";
import type { Device } from "./Devices";
import { w } from "./words";

const LEAST_FREE_MB = 300;
const LOW_PERCENT = 20;
const RIGHT_MS = 5000;

/** What the phone last told of itself, and what of it somebody should look at. */
export function Health({ device: { presence } }: { device: Device }) {
  const words = w();
  if (!presence) return <span class="soft">{words.never}</span>;
  const { battery_percent: battery, skew_ms: skew, storage_free_mb: free, unsent } = presence;
  const worries = [
    free !== null && free < LEAST_FREE_MB && words.full(free),
    battery !== null && battery < LOW_PERCENT && words.battery(battery),
    skew !== null && Math.abs(skew) > RIGHT_MS && words.clock(Math.round(Math.abs(skew) / 1000)),
    presence.is_persisted === false && words.notPersisted,
  ].filter((worry) => worry !== false);
  return (
    <>
      {words.seen(dayTime(presence.last_seen_at))}
      <br />
      <span class="soft small">{unsent === null ? words.unsentUnknown : words.unsent(unsent)}</span>
      {worries.length > 0 && (
        <>
          <br />
          <span class="small">! {worries.join(" · ")}</span>
        </>
      )}
    </>
  );
}
