import { contact } from "../../store/live";
import { phone } from "../../store/phone";
import { Button } from "../../ui/Button";
import { dayTime } from "../../ui/i18n/format";
import { useDoing, useLoading } from "../../ui/load";
import { toast } from "../../ui/Toast";
import { batteryPercent, freeMegabytes, isPersisted, LEAST_FREE_MB, usedMegabytes } from "../enrol/storage";
import { reportHealth } from "./health";
import { w } from "./words/words";

/** A clock that is off by less than this is right enough for anything. */
const RIGHT_MS = 5000;
const LOW_PERCENT = 20;

/** What can go wrong with this phone, before it does. */
export function Health() {
  const words = w();
  const state = useLoading("health", learn);
  const asking = useDoing(async () => {
    await navigator.storage?.persist?.();
    await state.reload();
  });
  const telling = useDoing(async () => {
    await reportHealth();
    toast(words.told);
  });
  const skew = contact.value?.measured.skew_ms ?? 0;
  const told = state.value;
  const megabytes = (count: number | null | undefined) =>
    count === null || count === undefined ? words.unknown : `${Math.round(count).toLocaleString("en")} MB`;
  const isLow = told?.free !== undefined && told.free !== null && told.free < LEAST_FREE_MB;
  const isEmpty = told?.battery !== undefined && told.battery !== null && told.battery < LOW_PERCENT;
  return (
    <section class="card stack" aria-labelledby="health">
      <h2 id="health">{words.health}</h2>
      {isLow && <p class="note note-red">{words.storageLow(LEAST_FREE_MB)}</p>}
      {isEmpty && <p class="note note-amber">{words.batteryLow}</p>}
      <dl class="facts">
        <dt>{words.storage}</dt>
        <dd>
          {megabytes(told?.free)} <span class="soft">({words.storageUsed(megabytes(told?.used))})</span>
        </dd>
        <dt>{words.persisted}</dt>
        <dd>{told?.isPersisted ? words.persistedYes : words.persistedNo}</dd>
        <dt>{words.battery}</dt>
        <dd>{told?.battery === null || told?.battery === undefined ? words.unknown : `${told.battery} %`}</dd>
        <dt>{words.clock}</dt>
        <dd>{Math.abs(skew) < RIGHT_MS ? words.clockGood : words.clockOff(`${Math.round(skew / 1000)} s`)}</dd>
        <dt>{words.lease}</dt>
        <dd>{contact.value ? dayTime(contact.value.lease_until) : words.unknown}</dd>
        <dt>{words.camera}</dt>
        <dd>{words.permission[told?.camera ?? ""] ?? words.unknown}</dd>
        <dt>{words.position}</dt>
        <dd>{words.permission[told?.position ?? ""] ?? words.unknown}</dd>
        <dt>{words.device}</dt>
        <dd>{phone.value?.device.name}</dd>
        <dt>{words.build}</dt>
        <dd class="mono">{__BUILD__}</dd>
      </dl>
      {told && !told.isPersisted && (
        <Button size="large" onClick={asking.run} isBusy={asking.isBusy}>
          {words.ask}
        </Button>
      )}
      <Button size="large" onClick={telling.run} isBusy={telling.isBusy}>
        {words.tell}
      </Button>
    </section>
  );
}

async function learn() {
  const [free, used, persisted, battery, camera, position] = await Promise.all([
    freeMegabytes(),
    usedMegabytes(),
    isPersisted(),
    batteryPercent(),
    permission("camera"),
    permission("geolocation"),
  ]);
  return { free, used, isPersisted: persisted, battery, camera, position };
}

async function permission(name: string): Promise<string | null> {
  if (!("permissions" in navigator)) return null;
  return navigator.permissions.query({ name: name as PermissionName }).then(
    ({ state }) => state,
    () => null,
  );
}
