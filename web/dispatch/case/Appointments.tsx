import { useState } from "preact/hooks";

import { api, ask, keyed, on, type Schemas } from "../../api/client";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { Empty } from "../../ui/Empty";
import { ErrorBox } from "../../ui/ErrorBox";
import { Select } from "../../ui/Field";
import { day, span } from "../../ui/i18n/format";
import { t } from "../../ui/i18n/words";
import { useDoing } from "../../ui/load";
import { may } from "../../ui/me";
import { ReasonDialog } from "../../ui/ReasonDialog";
import { to } from "../../ui/route";
import { AppointmentChip } from "../../ui/StatusChip";
import { toast } from "../../ui/Toast";
import { w } from "../words/words";

const STANDING = ["proposed", "noticed", "confirmed"];

/** What was promised to the customer, newest first, and what can be done with what still stands. */
export function Appointments(props: {
  appointments: Schemas["Appointment"][];
  zone: string | undefined;
  onChange: () => Promise<void>;
}) {
  const words = w().case;
  return (
    <section class="card" aria-labelledby="appointments">
      <h2 id="appointments">{words.appointments}</h2>
      {props.appointments.length === 0 ? (
        <Empty title={words.noAppointment} />
      ) : (
        <ul class="list">
          {props.appointments.map((appointment) => (
            <Line key={appointment.id} {...props} appointment={appointment} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Line(props: { appointment: Schemas["Appointment"]; zone: string | undefined; onChange: () => Promise<void> }) {
  const { appointment, onChange } = props;
  const words = w().case;
  const [asking, setAsking] = useState<"cancel" | "confirm" | null>(null);
  const zone = appointment.address.zones[0] ?? props.zone;
  const path = { appointment_id: appointment.id };
  const header = { ...keyed, ...on(appointment) };

  async function done(word: string): Promise<void> {
    setAsking(null);
    toast(word);
    await onChange();
  }

  const telling = useDoing(async () => {
    await ask(api.POST("/v1/appointments/{appointment_id}/notice", { params: { path, header } }));
    await done(words.noticed);
  });

  const resuming = useDoing(async () => {
    await ask(api.POST("/v1/appointments/{appointment_id}/resume", { params: { path, header } }));
    await done(words.resumed);
  });

  async function cancel(reason: string): Promise<void> {
    await ask(api.POST("/v1/appointments/{appointment_id}/cancel", { params: { path, header }, body: { reason } }));
    await done(words.cancelled);
  }

  const crew = appointment.crew.map((member) => member.name ?? member.badge ?? "").join("、");
  return (
    <li class="line">
      <div class="row spread">
        <p class="strong">
          {day(appointment.window_from, zone)} {span(appointment.window_from, appointment.window_to, zone)}
        </p>
        <AppointmentChip state={appointment.state} words={t().appointment} />
      </div>
      <p class="soft small">
        {[t().purpose[appointment.purpose], crew && `${words.crew}: ${crew}`].filter(Boolean).join(" · ")}
        {appointment.ended_reason && ` · ${appointment.ended_reason}`}
      </p>
      {telling.error !== undefined && <ErrorBox error={telling.error} {...(zone ? { zone } : {})} />}
      {resuming.error !== undefined && <ErrorBox error={resuming.error} {...(zone ? { zone } : {})} />}
      {appointment.state === "suspended" && (
        <div class="row">
          {may("appointment:resume") && (
            <Button onClick={resuming.run} isBusy={resuming.isBusy}>
              {words.resume}
            </Button>
          )}
          <Button kind="quiet" onClick={() => setAsking("cancel")}>
            {words.cancel}
          </Button>
        </div>
      )}
      {STANDING.includes(appointment.state) && (
        <div class="row">
          {appointment.state === "proposed" && (
            <Button onClick={telling.run} isBusy={telling.isBusy}>
              {words.notice}
            </Button>
          )}
          {appointment.state !== "confirmed" && <Button onClick={() => setAsking("confirm")}>{words.confirm}</Button>}
          {may("appointment:reschedule") && (
            <a class="button button-plain" href={to("cases", appointment.case_id, "move", appointment.id)}>
              {words.move}
            </a>
          )}
          <Button kind="quiet" onClick={() => setAsking("cancel")}>
            {words.cancel}
          </Button>
        </div>
      )}
      {asking === "cancel" && (
        <ReasonDialog
          title={words.cancel}
          label={words.cancelReason}
          go={words.cancel}
          onReason={cancel}
          onClose={() => setAsking(null)}
        />
      )}
      {asking === "confirm" && (
        <Consent appointment={appointment} onDone={() => done(words.confirmed)} onClose={() => setAsking(null)} />
      )}
    </li>
  );
}

type Channel = Schemas["Confirmation"]["by"];
const CHANNELS: readonly Channel[] = ["call", "message", "email", "letter", "visit", "online"];

function Consent(props: { appointment: Schemas["Appointment"]; onDone: () => Promise<void>; onClose: () => void }) {
  const words = w().case;
  const [by, setBy] = useState<Channel>("call");
  const confirming = useDoing(async () => {
    const path = { appointment_id: props.appointment.id };
    const params = { path, header: { ...keyed, ...on(props.appointment) } };
    await ask(api.POST("/v1/appointments/{appointment_id}/confirm", { params, body: { by } }));
    await props.onDone();
  });
  return (
    <Dialog title={words.confirm} onClose={props.onClose}>
      <div class="stack">
        <Select
          label={words.confirmHow}
          value={by}
          onValue={(value) => setBy(value as Channel)}
          options={CHANNELS.map((each) => [each, words.channels[each] ?? each] as const)}
        />
        {confirming.error !== undefined && <ErrorBox error={confirming.error} />}
        <div class="actions">
          <Button kind="primary" onClick={confirming.run} isBusy={confirming.isBusy}>
            {words.confirm}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
