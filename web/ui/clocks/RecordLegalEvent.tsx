import { useId, useState } from "preact/hooks";

import { api, ask, keyed, type Schemas } from "../../api/client";
import { sha256 } from "../../core/digest";
import { Button } from "../Button";
import { Dialog } from "../Dialog";
import { ErrorBox } from "../ErrorBox";
import { Field, Select } from "../Field";
import { calendarDay, instantAt } from "../i18n/format";
import { t } from "../i18n/words";
import { useDoing } from "../load";
import { me } from "../me";
import { toast } from "../Toast";
import { w } from "./words";

type Kind = Schemas["LegalEvent"]["kind"];
// Which law counts from which event; a case under none of these is offered all.
const COUNTED_IN: Record<string, readonly Kind[]> = {
  cn: ["oral_plan"],
  us: ["validation_sent", "verification_sent"],
  uk: ["treatment_ended"],
};

/** Something happened elsewhere from which a clock counts: what, when, by whom, and what shows it. */
export function RecordLegalEvent(props: {
  file: Schemas["CaseFile"];
  onRecorded: () => Promise<void>;
  onClose: () => void;
}) {
  const now = me.value?.now ?? new Date().toISOString();
  const kinds = kindsFor(props.file.case.packs);
  const [kind, setKind] = useState<string>(kinds[0] ?? "");
  const [onDay, setOnDay] = useState(calendarDay(now));
  const [party, setParty] = useState("");
  const [proof, setProof] = useState("");
  const [paper, setPaper] = useState<{ name: string; hash: string } | null>(null);
  const [isAsked, setAsked] = useState(false);
  const id = useId();
  const words = w().events;
  const recording = useDoing(async () => {
    const noon = instantAt(onDay, "12:00");
    const body = {
      kind: kind as Kind,
      // A day was told, not a minute: its noon, or now if that is still to come.
      at: noon < new Date(now).toISOString() ? noon : now,
      party: party.trim(),
      proof: proof.trim(),
      proof_sha256: paper?.hash ?? null,
    };
    const params = { path: { case_id: props.file.case.id }, header: keyed };
    await ask(api.POST("/v1/cases/{case_id}/legal-events", { params, body }));
    toast(words.recorded);
    await props.onRecorded();
  });

  async function choose(chosen: File | undefined): Promise<void> {
    if (chosen) setPaper({ name: chosen.name, hash: await sha256(await chosen.arrayBuffer()) });
  }

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    setAsked(true);
    if (onDay && party.trim() && proof.trim() && (await recording.run())) props.onClose();
  }

  return (
    <Dialog title={words.recordTitle} onClose={props.onClose}>
      <form class="stack" onSubmit={submit} noValidate>
        <p>{words.lead}</p>
        <Select
          label={words.kind}
          value={kind}
          onValue={setKind}
          options={kinds.map((each) => [each, words.kinds[each]] as const)}
        />
        <Field
          label={words.day}
          type="date"
          value={onDay}
          max={calendarDay(now)}
          onValue={setOnDay}
          isRequired
          error={isAsked && !onDay ? t().required : undefined}
        />
        <Field
          label={words.party}
          hint={words.partyHint}
          value={party}
          onValue={setParty}
          maxLength={200}
          isRequired
          error={isAsked && !party.trim() ? t().required : undefined}
        />
        <Field
          label={words.proof}
          hint={words.proofHint}
          value={proof}
          onValue={setProof}
          maxLength={4000}
          isLong
          isRequired
          error={isAsked && !proof.trim() ? t().required : undefined}
        />
        <div class="field">
          <input
            id={id}
            type="file"
            class="sr-only file-input"
            onChange={(event) => void choose(event.currentTarget.files?.[0])}
          />
          <label for={id} class="button button-plain file-label">
            {words.paper}
          </label>
          {paper && (
            <p class="small break" role="status">
              {words.chosen(paper.name, paper.hash)}
            </p>
          )}
        </div>
        {recording.error !== undefined && <ErrorBox error={recording.error} />}
        <div class="actions">
          <Button kind="primary" type="submit" isBusy={recording.isBusy}>
            {words.record}
          </Button>
          <Button onClick={props.onClose}>{t().cancel}</Button>
        </div>
      </form>
    </Dialog>
  );
}

function kindsFor(packs: readonly string[]): readonly Kind[] {
  const countries = new Set(packs.map((pack) => pack.split("-")[0] ?? ""));
  const counted = Object.entries(COUNTED_IN).filter(([country]) => countries.has(country));
  return (counted.length > 0 ? counted : Object.entries(COUNTED_IN)).flatMap(([, kinds]) => kinds);
}
