import { useState } from "preact/hooks";

import { api, ask, keyed, type Schemas } from "../../api/client";
import { doorInWords } from "../../ui/Door";
import { Empty } from "../../ui/Empty";
import { Field, Select } from "../../ui/Field";
import { calendarDay, officeZone } from "../../ui/i18n/format";
import { t } from "../../ui/i18n/words";
import { Loaded, useLoading } from "../../ui/load";
import { me } from "../../ui/me";
import { go, to } from "../../ui/route";
import { toast } from "../../ui/Toast";
import { w } from "../words/words";
import { Slots } from "./Slots";
import type { Window } from "./windows";

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

  async function book(window: Window): Promise<void> {
    const wish = { case_id: file.case.id, address_id: addressId, purpose, service_minutes: minutes, crew_size: people };
    const body = { ...wish, window_from: window.from, window_to: window.to };
    await ask(api.POST("/v1/appointments", { params: { header: keyed }, body }));
    toast(words.done);
    go("cases", file.case.id);
  }

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
      <Slots
        key={`${addressId} ${onDay} ${minutes} ${people}`}
        {...{ file, door, zone, onDay, minutes, people }}
        go={words.go}
        onGo={book}
      />
    </div>
  );
}
