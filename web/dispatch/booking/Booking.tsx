import { useState } from "preact/hooks";

import { api, ask, keyed, type Schemas } from "../../api/client";
import type { Decision } from "../../api/problem";
import { Button } from "../../ui/Button";
import { doorInWords } from "../../ui/Door";
import { Empty } from "../../ui/Empty";
import { ErrorBox } from "../../ui/ErrorBox";
import { Field, Select } from "../../ui/Field";
import { calendarDay, day, instantAt, officeZone, span } from "../../ui/i18n/format";
import { t } from "../../ui/i18n/words";
import { Loaded, useDoing, useLoading } from "../../ui/load";
import { me } from "../../ui/me";
import { go, to } from "../../ui/route";
import { Rules } from "../../ui/Rules";
import { toast } from "../../ui/Toast";
import { w } from "../words/words";
import { joined, windowsOf, type Window } from "./windows";

type Purpose = Schemas["Booking"]["purpose"];
const PURPOSES: readonly Purpose[] = ["talk", "deliver", "sign", "confirm_address"];
const MINUTES = [15, 30, 45, 60, 90];
const CREWS = [1, 2];

/** A visit is booked into a window that the rules and the crews allow; for the others it says why not. */
export function Booking({ caseId }: { caseId: string }) {
  const file = useLoading(caseId, () => ask(api.GET("/v1/cases/{case_id}", { params: { path: { case_id: caseId } } })));
  const words = w().booking;
  return (
    <Loaded from={file} lines={8}>
      {(loaded) => (
        <>
          <div class="page-head">
            <div>
              <a href={to("cases", caseId)}>{words.back}</a>
              <h1>
                {words.title} <span class="soft">{loaded.case.reference}</span>
              </h1>
            </div>
          </div>
          <Form file={loaded} />
        </>
      )}
    </Loaded>
  );
}

function Form({ file }: { file: Schemas["CaseFile"] }) {
  const words = w().booking;
  const doors = file.addresses.filter((address) => address.state === "usable");
  const [addressId, setAddressId] = useState(doors[0]?.id ?? "");
  const door = doors.find((address) => address.id === addressId);
  const zone = door?.zones[0] ?? officeZone.value;
  const today = calendarDay(me.value?.now ?? new Date().toISOString(), zone);
  const [onDay, setOnDay] = useState(today);
  const [purpose, setPurpose] = useState<Purpose>("talk");
  const [minutes, setMinutes] = useState(30);
  const [people, setPeople] = useState(1);

  if (!door) return <Empty title={w().case.noAddress} />;
  return (
    <div class="booking">
      <form class="card stack" onSubmit={(event) => event.preventDefault()}>
        {doors.length > 1 ? (
          <Select
            label={words.address}
            value={addressId}
            onValue={setAddressId}
            options={doors.map((address) => [address.id, doorInWords(address)] as const)}
          />
        ) : (
          <div>
            <p class="label">{words.address}</p>
            <p>{doorInWords(door)}</p>
          </div>
        )}
        <Field label={words.day} type="date" value={onDay} min={today} onValue={(value) => value && setOnDay(value)} />
        <Select
          label={words.purpose}
          value={purpose}
          onValue={(value) => setPurpose(value as Purpose)}
          options={PURPOSES.map((each) => [each, t().purpose[each] ?? each] as const)}
        />
        <Select
          label={words.minutes}
          value={String(minutes)}
          onValue={(value) => setMinutes(Number(value))}
          options={MINUTES.map((each) => [String(each), words.minutesOf(each)] as const)}
        />
        <Select
          label={words.crew}
          value={String(people)}
          onValue={(value) => setPeople(Number(value))}
          options={CREWS.map((each) => [String(each), words.crewOf(each)] as const)}
        />
        <p class="soft small">{words.zone(zone)}</p>
      </form>
      <Slots key={`${addressId} ${onDay} ${minutes} ${people}`} {...{ file, door, zone, onDay, purpose, minutes, people }} />
    </div>
  );
}

interface Wish {
  file: Schemas["CaseFile"];
  door: Schemas["Address"];
  zone: string;
  onDay: string;
  purpose: Purpose;
  minutes: number;
  people: number;
}

function Slots({ file, door, zone, onDay, purpose, minutes, people }: Wish) {
  const words = w().booking;
  const [chosen, setChosen] = useState<Window | null>(null);
  const slots = useLoading("slots", () => {
    const from = instantAt(onDay, "00:00", zone);
    const next = calendarDay(new Date(Date.parse(from) + 26 * 3_600_000).toISOString(), zone);
    const query = { from, to: instantAt(next, "00:00", zone), service_minutes: minutes, crew_size: people };
    const path = { case_id: file.case.id };
    return ask(api.GET("/v1/cases/{case_id}/slots", { params: { path, query: { ...query, address_id: door.id } } }));
  });
  const booking = useDoing(async (window: Window) => {
    const body = {
      case_id: file.case.id,
      address_id: door.id,
      purpose,
      service_minutes: minutes,
      crew_size: people,
      window_from: window.from,
      window_to: window.to,
    };
    await ask(api.POST("/v1/appointments", { params: { header: keyed }, body }));
    toast(words.done);
    go("cases", file.case.id);
  });

  return (
    <div class="stack">
      <section class="card stack" aria-labelledby="free">
        <h2 id="free">
          {words.free} <span class="soft">{day(instantAt(onDay, "12:00", zone), zone)}</span>
        </h2>
        <Loaded from={slots}>
          {(value) => {
            const windows = windowsOf(value.free, minutes);
            if (windows.length === 0) return <Empty title={words.noneFree} />;
            return (
              <>
                <fieldset class="windows">
                  <legend class="sr-only">{words.window}</legend>
                  {windows.map((window) => (
                    <label key={window.from} class="window">
                      <input
                        type="radio"
                        name="window"
                        checked={chosen?.from === window.from}
                        onChange={() => setChosen(window)}
                      />
                      <span class="strong">{span(window.from, window.to, zone)}</span>
                      <span class="soft small">{words.extra(Math.round(window.extraTravelS / 60))}</span>
                    </label>
                  ))}
                </fieldset>
                <p class="soft small">{words.windowHint}</p>
                {booking.error !== undefined && <ErrorBox error={booking.error} zone={zone} />}
                <div class="row">
                  <Button
                    kind="primary"
                    size="large"
                    isBusy={booking.isBusy}
                    isDisabled={!chosen}
                    onClick={() => chosen && booking.run(chosen)}
                  >
                    {words.go}
                  </Button>
                  <p role="status">
                    {chosen
                      ? words.chosen(`${day(chosen.from, zone)} ${span(chosen.from, chosen.to, zone)}`)
                      : words.choose}
                  </p>
                </div>
              </>
            );
          }}
        </Loaded>
      </section>
      {slots.value && slots.value.closed.length > 0 && (
        <section class="card stack" aria-labelledby="closed">
          <h2 id="closed">{words.closed}</h2>
          <ul class="list">
            {joined(slots.value.closed).map((closed) => (
              <li key={closed.from} class="line closed">
                <p class="strong">{span(closed.from, closed.to, zone)}</p>
                <div class="stack-s">
                  <p>{words.reasons[closed.reason]}</p>
                  {closed.decision && <Rules decision={closed.decision as unknown as Decision} zone={zone} />}
                </div>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}
