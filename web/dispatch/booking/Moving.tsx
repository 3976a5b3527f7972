import { useState } from "preact/hooks";

import { api, ask, keyed, on, type Schemas } from "../../api/client";
import { doorInWords } from "../../ui/Door";
import { Empty } from "../../ui/Empty";
import { Field } from "../../ui/Field";
import { calendarDay, day, officeZone, span } from "../../ui/i18n/format";
import { t } from "../../ui/i18n/words";
import { Loaded, useLoading } from "../../ui/load";
import { me } from "../../ui/me";
import { go, to } from "../../ui/route";
import { toast } from "../../ui/Toast";
import { w } from "../words/words";
import { Slots } from "./Slots";
import type { Window } from "./windows";

const STANDING = ["proposed", "noticed", "confirmed"];

interface Loadable {
  file: Schemas["CaseFile"];
  appointment: Schemas["Appointment"];
}

async function load(caseId: string, appointmentId: string): Promise<Loadable> {
  const [file, appointment] = await Promise.all([
    ask(api.GET("/v1/cases/{case_id}", { params: { path: { case_id: caseId } } })),
    ask(api.GET("/v1/appointments/{appointment_id}", { params: { path: { appointment_id: appointmentId } } })),
  ]);
  return { file, appointment };
}

/** A visit is moved to another window that the rules and the crews allow; the customer is told anew. */
export function Moving({ caseId, appointmentId }: { caseId: string; appointmentId: string }) {
  const loading = useLoading(appointmentId, () => load(caseId, appointmentId));
  const words = w().booking;
  return (
    <Loaded from={loading} lines={8}>
      {(loaded) => (
        <>
          <div class="page-head">
            <div>
              <a href={to("cases", caseId)}>{words.back}</a>
              <h1>
                {words.moveTitle} <span class="soft">{loaded.file.case.reference}</span>
              </h1>
            </div>
          </div>
          {STANDING.includes(loaded.appointment.state) ? (
            <Form key={loaded.appointment.version} {...loaded} />
          ) : (
            <Empty title={words.moveOver(t().appointment[loaded.appointment.state] ?? loaded.appointment.state)} />
          )}
        </>
      )}
    </Loaded>
  );
}

function Form({ file, appointment }: Loadable) {
  const words = w().booking;
  const zone = appointment.address.zones[0] ?? officeZone.value;
  const today = calendarDay(me.value?.now ?? new Date().toISOString(), zone);
  const [onDay, setOnDay] = useState(calendarDay(appointment.window_from, zone));
  const [reason, setReason] = useState("");
  const [isMissing, setMissing] = useState(false);

  async function move(window: Window): Promise<void> {
    setMissing(!reason.trim());
    if (!reason.trim()) return;
    const params = { path: { appointment_id: appointment.id }, header: { ...keyed, ...on(appointment) } };
    const body = { window_from: window.from, window_to: window.to, reason: reason.trim() };
    await ask(api.POST("/v1/appointments/{appointment_id}/reschedule", { params, body }));
    toast(words.moved);
    go("cases", file.case.id);
  }

  return (
    <div class="booking">
      <form class="card stack" onSubmit={(event) => event.preventDefault()}>
        <div>
          <p class="label">{words.moveFrom}</p>
          <p class="strong">
            {day(appointment.window_from, zone)} {span(appointment.window_from, appointment.window_to, zone)}
          </p>
          <p class="soft small">
            {[t().purpose[appointment.purpose], words.minutesOf(appointment.service_minutes)].join(" · ")}
          </p>
        </div>
        <div>
          <p class="label">{words.address}</p>
          <p>{doorInWords(appointment.address)}</p>
        </div>
        <Field label={words.day} type="date" value={onDay} min={today} onValue={(value) => value && setOnDay(value)} />
        <p class="soft small">{words.zone(zone)}</p>
      </form>
      <Slots
        key={onDay}
        file={file}
        door={appointment.address}
        {...{ zone, onDay }}
        minutes={appointment.service_minutes}
        people={appointment.crew_size}
        moving={appointment.id}
        go={words.moveGo}
        onGo={move}
      >
        <Field
          label={words.moveReason}
          value={reason}
          onValue={setReason}
          maxLength={500}
          isRequired
          error={isMissing && !reason.trim() ? t().required : undefined}
        />
      </Slots>
    </div>
  );
}
