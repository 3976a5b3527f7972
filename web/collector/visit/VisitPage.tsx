import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";

import { api, ask, keyed, type Schemas } from "../../api/client";
import { Button } from "../../ui/Button";
import { doorInWords } from "../../ui/Door";
import { Empty } from "../../ui/Empty";
import { ErrorBox } from "../../ui/ErrorBox";
import { span, time } from "../../ui/i18n/format";
import { t } from "../../ui/i18n/words";
import { Loaded, useDoing, useLoading } from "../../ui/load";
import { may, me } from "../../ui/me";
import { ReasonDialog } from "../../ui/ReasonDialog";
import { go, to } from "../../ui/route";
import { ruleInWords } from "../../ui/Rules";
import { VisitChip } from "../../ui/StatusChip";
import { toast } from "../../ui/Toast";
import { isWithTheCustomer, loadDay, zoneOf, type Stop, type Visit } from "../day";
import { w as planWords } from "../plan/words/words";
import { Arrive } from "./Arrive";
import { DoorCode } from "./DoorCode";
import { Met } from "./Met";
import { OutcomeForm } from "./Outcome";
import { Photos } from "./Photos";
import { w } from "./words/words";

type Told = Schemas["Told"];

/** One visit from the door of the office to the door of the customer and away: the next step is always in reach. */
export function VisitPage({ appointmentId, day }: { appointmentId: string; day: string }) {
  const loading = useLoading(`${day} ${appointmentId}`, async () => {
    const loaded = await loadDay(day);
    const stop = loaded.stops.find((each) => each.id === appointmentId);
    return { stop, visit: loaded.visits.get(appointmentId) };
  });
  const words = w();
  return (
    <>
      <p class="back">
        <a href={to("today", day)}>‹ {words.back}</a>
      </p>
      <Loaded from={loading} lines={8}>
        {({ stop, visit }) =>
          stop ? <Steps stop={stop} before={visit} day={day} /> : <Empty title={words.gone} />
        }
      </Loaded>
    </>
  );
}

function Steps({ stop, before, day }: { stop: Stop; before: Visit | undefined; day: string }) {
  const words = w();
  const [visit, setVisit] = useState(before);
  const [told, setTold] = useState<Told | null>(null);
  const state = visit?.state;
  const isOver = state === "finished" || state === "aborted" || ["kept", "missed"].includes(stop.state);

  function hear(answer: Told): void {
    setTold(answer);
    setVisit(answer.visit);
  }

  const departing = useDoing(async () => {
    const body = { appointment_id: stop.id };
    setVisit(await ask(api.POST("/v1/visits", { params: { header: keyed }, body })));
    toast(words.departed);
  });

  return (
    <div class="stack visit">
      <Facts stop={stop} visit={visit} />
      {told && <Warnings told={told} />}
      {visit && !isOver && <DoorCode appointmentId={stop.id} zone={zoneOf(stop)} />}
      {isOver ? (
        <p class="note note-green">{words.over}</p>
      ) : !visit ? (
        <>
          <Lawful stop={stop} />
          {departing.error !== undefined && <ErrorBox error={departing.error} zone={zoneOf(stop) ?? ""} />}
          <Reach>
            <Button kind="primary" size="large" onClick={departing.run} isBusy={departing.isBusy}>
              {words.depart}
            </Button>
          </Reach>
        </>
      ) : state === "departed" ? (
        <>
          <Reach>
            <Arrive visit={visit} onTold={hear} />
          </Reach>
          <BreakOff visit={visit} onTold={hear} />
        </>
      ) : (
        <>
          <Photos visit={visit} onVisit={setVisit} />
          <Met visit={visit} told={told} onTold={hear} />
          {isWithTheCustomer(visit) && may("agreement:draft") && (
            <Plan href={to("visits", day, stop.id, "plan")} />
          )}
          <OutcomeForm
            visit={visit}
            currency={me.value?.organisation.currency ?? "CNY"}
            onTold={(answer) => {
              hear(answer);
              toast(words.finished);
              go("today", day);
            }}
          />
          {!visit.person_met && <BreakOff visit={visit} onTold={hear} />}
        </>
      )}
    </div>
  );
}

/** The way to an instalment plan, for whoever cannot pay at once. */
function Plan({ href }: { href: string }) {
  const words = planWords();
  return (
    <section class="card stack-s" aria-labelledby="plan">
      <h2 id="plan">{words.title}</h2>
      <p class="soft small">{words.hint}</p>
      <a class="button button-large" href={href}>
        {words.open}
      </a>
    </section>
  );
}

/** The one large button of a step, at the thumb. */
function Reach({ children }: { children: ComponentChildren }) {
  return <div class="reach">{children}</div>;
}

function Facts({ stop, visit }: { stop: Stop; visit: Visit | undefined }) {
  const words = w();
  const zone = zoneOf(stop);
  const others = stop.crew.filter((member) => member.collector_id !== me.value?.user);
  return (
    <section class="card stack-s" aria-labelledby="who">
      <div class="row spread">
        <h1 id="who">{stop.customer.name ?? "–"}</h1>
        {visit && <VisitChip state={visit.state} words={t().visit} />}
      </div>
      <p class="strong">{doorInWords(stop.address)}</p>
      {stop.address.is_approximate && <p class="soft small">{words.approximate}</p>}
      <dl class="facts">
        <dt>{words.planned}</dt>
        <dd>
          {time(stop.planned_from ?? stop.window_from, zone)}{" "}
          <span class="soft">
            ({words.window} {span(stop.window_from, stop.window_to, zone)})
          </span>
        </dd>
        <dt>{words.purpose}</dt>
        <dd>{t().purpose[stop.purpose]}</dd>
        {others.length > 0 && (
          <>
            <dt>{words.crew}</dt>
            <dd>{others.map((member) => member.name ?? member.badge).join("、")}</dd>
          </>
        )}
      </dl>
      {stop.address.lat !== null && stop.address.lon !== null && !visit?.arrived_at && (
        <a class="button" href={wayTo(stop.address)} target="_blank" rel="noreferrer noopener">
          {words.navigate}
        </a>
      )}
    </section>
  );
}

/** The way there in the map that the country's phones have; only the place is told, and only on a tap. */
function wayTo({ country, lat, lon }: Stop["address"]): string {
  return country === "CN"
    ? `https://uri.amap.com/navigation?to=${lon},${lat}&mode=car&coordinate=wgs84&callnative=1`
    : `https://www.google.com/maps/dir/?api=1&destination=${lat},${lon}`;
}

/** What the office's rules say of this minute; the server judges again when it is done. */
function Lawful({ stop }: { stop: Stop }) {
  const words = w();
  const now = me.value?.now ?? "";
  const verdict = stop.verdicts.find((each) => each.from <= now && now < each.to);
  if (!verdict || verdict.verdict === "allow") return verdict ? <p class="note note-green">{words.lawful}</p> : null;
  const isRefused = verdict.verdict === "refuse";
  return (
    <div class={`note ${isRefused ? "note-red" : "note-amber"}`}>
      <p class="strong">{isRefused ? words.unlawful : words.warn}</p>
      {verdict.rules.map((rule) => (
        <p key={rule}>
          {ruleInWords(rule)} <span class="mono small">{rule}</span>
        </p>
      ))}
    </div>
  );
}

/** What must not be overlooked at a door: a breach, or a hold that says leave. */
function Warnings({ told }: { told: Told }) {
  const words = w();
  return (
    <div role="alert" class="stack-s">
      {told.breach && <p class="note note-red">{words.breach}</p>}
      {told.stop.length > 0 && (
        <p class="note note-red">
          {words.stop} {told.stop.map((kind) => t().holds[kind] ?? kind).join("、")}
        </p>
      )}
    </div>
  );
}

function BreakOff({ visit, onTold }: { visit: Visit; onTold: (told: Told) => void }) {
  const words = w();
  const [isOpen, setOpen] = useState(false);

  async function abort(reason: string): Promise<void> {
    const params = { path: { visit_id: visit.id }, header: keyed };
    const answer = await ask(api.POST("/v1/visits/{visit_id}/abort", { params, body: { reason } }));
    setOpen(false);
    onTold(answer);
    toast(words.aborted);
  }

  return (
    <div>
      <Button kind="quiet" onClick={() => setOpen(true)}>
        {words.abort}
      </Button>
      {isOpen && (
        <ReasonDialog
          title={words.abort}
          label={words.abortReason}
          hint={words.abortHint}
          go={words.abort}
          onReason={abort}
          onClose={() => setOpen(false)}
        />
      )}
    </div>
  );
}
