import { useEffect, useState } from "preact/hooks";

import { Problem } from "../../api/problem";
import { agentInWords } from "../../core/agent";
import { enrolThisPhone } from "../../sync/enrol";
import { Button } from "../../ui/Button";
import { Entrance, Failure } from "../../ui/Entrance";
import { Field } from "../../ui/Field";
import { useDoing } from "../../ui/load";
import { go } from "../../ui/route";
import { InstallGuide } from "./InstallGuide";
import { freeMegabytes, LEAST_FREE_MB } from "./storage";
import { w } from "./words/words";

/** The code of the office's screen makes this browser a phone of the house, for one person. */
export function Enrol({ code }: { code: string }) {
  const words = w();
  const [name, setName] = useState(agentInWords(navigator.userAgent) ?? "");
  const [free, setFree] = useState<number | null>(null);
  useEffect(() => void freeMegabytes().then(setFree), []);
  const enrolling = useDoing(async () => {
    await navigator.storage?.persist?.();
    await enrolThisPhone(code, name.trim() || words.enrol.unnamed);
    go("today");
  });
  const isFull = free !== null && free < LEAST_FREE_MB;
  const isOver = enrolling.error instanceof Problem && enrolling.error.status < 500;
  return (
    <Entrance>
      <section class="card door-card stack">
        <div>
          <h1>{words.enrol.title}</h1>
          <p class="soft">{words.enrol.lead}</p>
        </div>
        <InstallGuide />
        <Field label={words.enrol.name} hint={words.enrol.nameHint} value={name} onValue={setName} maxLength={80} />
        {isFull && <p class="note note-red">{words.enrol.full(Math.round(free), LEAST_FREE_MB)}</p>}
        {isOver ? (
          <p class="note note-red" role="alert">
            {words.enrol.over}
          </p>
        ) : (
          enrolling.error !== undefined && <Failure error={enrolling.error} />
        )}
        <Button kind="primary" size="large" onClick={enrolling.run} isBusy={enrolling.isBusy} isDisabled={isFull}>
          {words.enrol.go}
        </Button>
      </section>
    </Entrance>
  );
}
