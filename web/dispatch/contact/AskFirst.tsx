import { useState } from "preact/hooks";

import { api, ask, keyed, type Schemas } from "../../api/client";
import type { Decision } from "../../api/problem";
import { Button } from "../../ui/Button";
import { Checks } from "../../ui/Checks";
import { Dialog } from "../../ui/Dialog";
import { ErrorBox } from "../../ui/ErrorBox";
import { Field, Select } from "../../ui/Field";
import { calendarDay, instantAt, time } from "../../ui/i18n/format";
import { t } from "../../ui/i18n/words";
import { useDoing } from "../../ui/load";
import { may, me } from "../../ui/me";
import { Rules } from "../../ui/Rules";
import { w as shared } from "../words/words";
import type { Begun } from "./RecordContact";
import { w } from "./words/words";

type Told = Schemas["ApproachCreate"];
// They answer for the debt, or for the customer: no ground is needed.
const NO_THIRD = new Set(["self", "guarantor", "representative"]);
const CHANNELS = ["call", "message", "email", "letter", "visit"] as const;
const MET: Record<string, string> = { self: "self", guarantor: "guarantor", unrelated: "unrelated" };

/** Whom may I contact, how and of what? Asked before it happens; then the contact can be recorded. */
export function AskFirst(props: {
  caseId: string;
  zone: string | undefined;
  onCleared: (begun: Begun) => void;
  onClose: () => void;
}) {
  const now = me.value?.now ?? new Date().toISOString();
  const [party, setParty] = useState("related");
  const [person, setPerson] = useState("");
  const [about, setAbout] = useState("whereabouts");
  const [ground, setGround] = useState("");
  const [before, setBefore] = useState<ReadonlySet<string>>(new Set());
  const [channel, setChannel] = useState("call");
  const [when, setWhen] = useState("now");
  const [onDay, setOnDay] = useState(calendarDay(now, props.zone));
  const [at, setAt] = useState(time(now, props.zone));
  const [decision, setDecision] = useState<Decision | null>(null);
  const words = w();
  const isThird = !NO_THIRD.has(party);

  const asking = useDoing(async () => {
    setDecision(null);
    const body: Told = {
      party: party as Told["party"],
      channel: channel as Told["channel"],
      about: (party === "self" ? "debt" : about) as NonNullable<Told["about"]>,
      ground: isThird && ground ? (ground as NonNullable<Told["ground"]>) : null,
      times_asked: isThird && before.has("asked") ? 1 : 0,
      has_declined: isThird && before.has("declined"),
      person: person.trim() || null,
      at: when === "now" ? null : instantAt(onDay, at, props.zone),
    };
    const params = { path: { case_id: props.caseId }, header: keyed };
    const told = await ask(api.POST("/v1/cases/{case_id}/approaches", { params, body }));
    setDecision(told.decision as unknown as Decision);
  });

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    await asking.run();
  }

  /** Another question than the one that was answered. */
  function changed<T>(set: (value: T) => void): (value: T) => void {
    return (value) => {
      setDecision(null);
      asking.forget();
      set(value);
    };
  }

  return (
    <Dialog title={words.askTitle} onClose={props.onClose}>
      <form class="stack" onSubmit={submit} noValidate>
        <p>{words.askLead}</p>
        <Select label={words.party} value={party} onValue={changed(setParty)} options={Object.entries(words.parties)} />
        {party !== "self" && (
          <>
            <Field
              label={words.person}
              hint={words.personHint}
              value={person}
              onValue={changed(setPerson)}
              maxLength={200}
              autocomplete="off"
            />
            <Select label={words.about} value={about} onValue={changed(setAbout)} options={Object.entries(words.abouts)} />
          </>
        )}
        {isThird && (
          <>
            <Select
              label={words.ground}
              value={ground}
              onValue={changed(setGround)}
              options={[["", words.noGround], ...Object.entries(words.grounds)]}
            />
            <Checks
              label={words.before}
              choices={[
                { value: "asked", word: words.asked },
                { value: "declined", word: words.declined },
              ]}
              chosen={before}
              onChosen={changed(setBefore)}
            />
          </>
        )}
        <Select
          label={words.channel}
          value={channel}
          onValue={changed(setChannel)}
          options={CHANNELS.map((each) => [each, shared().case.channels[each] ?? each] as const)}
        />
        <Select
          label={words.when}
          value={when}
          onValue={changed(setWhen)}
          options={[
            ["now", words.now],
            ["later", words.later],
          ]}
        />
        {when === "later" && (
          <div class="row">
            <Field label={words.day} type="date" value={onDay} onValue={changed(setOnDay)} />
            <Field label={words.time} type="time" value={at} onValue={changed(setAt)} />
          </div>
        )}
        {asking.error !== undefined && (
          <ErrorBox error={asking.error} {...(props.zone ? { zone: props.zone } : {})} />
        )}
        {decision && (
          <div class={`note ${decision.verdict === "warn" ? "note-amber" : "note-green"} stack-s`} role="status">
            <p class="strong">{decision.verdict === "warn" ? words.allowedWarned : words.allowed}</p>
            {decision.verdict === "warn" && <Rules decision={decision} zone={props.zone} />}
            <p class="small">{words.allowedText}</p>
          </div>
        )}
        <div class="actions">
          {decision && may("contact:record") ? (
            <Button
              kind="primary"
              onClick={() => props.onCleared({ channel, met: MET[party] ?? "related" })}
            >
              {words.record}
            </Button>
          ) : (
            <Button kind="primary" type="submit" isBusy={asking.isBusy}>
              {asking.error === undefined ? words.go : words.again}
            </Button>
          )}
          <Button onClick={props.onClose}>{t().close}</Button>
        </div>
      </form>
    </Dialog>
  );
}
