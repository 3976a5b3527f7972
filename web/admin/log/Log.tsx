import { api, ask, type Schemas } from "../../api/client";
import { Button } from "../../ui/Button";
import { Empty } from "../../ui/Empty";
import { dayTime, timeToSecond } from "../../ui/i18n/format";
import { Loaded, useLoading } from "../../ui/load";
import { StatusChip } from "../../ui/StatusChip";
import { toast } from "../../ui/Toast";
import { w } from "../words/words";

type Checkpoint = Schemas["Checkpoint"];

/** Whether the log keeps up, what was signed last, by which keys, and who outside could notice a rewriting. */
export function Log() {
  const words = w().log;
  const loaded = useLoading("log", load);
  return (
    <>
      <div class="page-head">
        <h1>{words.title}</h1>
        <Button onClick={loaded.reload} isBusy={loaded.isBusy}>
          {words.again}
        </Button>
      </div>
      <Loaded from={loaded} lines={8}>
        {({ lag, newest, keys }) => (
          <div class="stack">
            <Pace lag={lag} newest={newest} />
            <Witnesses newest={newest} />
            <Keys keys={keys} />
          </div>
        )}
      </Loaded>
    </>
  );
}

async function load() {
  const [lag, checkpoints, keys] = await Promise.all([
    ask(api.GET("/v1/log/lag")),
    ask(api.GET("/v1/log/checkpoints", { params: { query: { limit: 1 } } })),
    ask(api.GET("/v1/log/keys")),
  ]);
  return { lag, newest: checkpoints.items[0], keys };
}

function Pace({ lag, newest }: { lag: Schemas["Lag"]; newest: Checkpoint | undefined }) {
  const words = w().log;
  return (
    <section class="card stack" aria-labelledby="pace">
      <div class="row spread">
        <h2 id="pace">{words.pace}</h2>
        <StatusChip tone={lag.is_late ? "red" : "green"} word={lag.is_late ? words.late : words.onTime} />
      </div>
      {lag.is_late && <p class="note note-red">{words.lateHint}</p>}
      <dl class="facts">
        <dt>{words.behind}</dt>
        <dd>{words.seconds(lag.seconds)}</dd>
        <dt>{words.pending}</dt>
        <dd>{lag.pending}</dd>
        {newest && (
          <>
            <dt>{words.size}</dt>
            <dd>{newest.size}</dd>
            <dt>{words.signed}</dt>
            <dd>
              {dayTime(newest.created_at)} <span class="soft small">{timeToSecond(newest.created_at)}</span>
            </dd>
          </>
        )}
      </dl>
    </section>
  );
}

/** Until a checkpoint lies outside, whoever owns the database could rewrite all of it: that is said, not hidden. */
function Witnesses({ newest }: { newest: Checkpoint | undefined }) {
  const words = w().log;
  return (
    <section class="card stack" aria-labelledby="witnesses">
      <h2 id="witnesses">{words.witnesses}</h2>
      <p class="note note-amber">{words.noWitness}</p>
      <p>{words.whatToDo}</p>
      {newest ? (
        <div class="actions">
          <Button
            kind="primary"
            onClick={() => {
              take(newest);
              toast(words.taken);
            }}
          >
            {words.take}
          </Button>
        </div>
      ) : (
        <Empty title={words.empty} />
      )}
    </section>
  );
}

function take({ note, size }: Checkpoint): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([note], { type: "text/plain" }));
  link.download = `doorstep-${size}.checkpoint`;
  link.click();
  URL.revokeObjectURL(link.href);
}

function Keys({ keys }: { keys: Schemas["Keys"] }) {
  const words = w().log;
  return (
    <section class="card stack" aria-labelledby="keys">
      <h2 id="keys">{words.keys}</h2>
      <p class="soft">{words.keysHint}</p>
      <dl class="facts facts-long">
        <dt>{words.origin}</dt>
        <dd class="mono break">{keys.origin}</dd>
        {keys.log.map((key) => (
          <Fingerprint key={key.key} name={words.logKey(dayTime(key.since))} fingerprint={key.fingerprint} />
        ))}
        {keys.seal.map((key) => (
          <Fingerprint key={key.key} name={words.sealKey} fingerprint={key.fingerprint} />
        ))}
      </dl>
    </section>
  );
}

function Fingerprint({ name, fingerprint }: { name: string; fingerprint: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd class="mono break">{fingerprint}</dd>
    </>
  );
}
