import { useState } from "preact/hooks";

import { api, ask, type Schemas } from "../../api/client";
import { every } from "../../api/pages";
import { CaseChip } from "../../ui/cases/CaseChip";
import { CustomerCard } from "../../ui/cases/CustomerCard";
import { LegalEvents } from "../../ui/clocks/LegalEvents";
import { NearestClock } from "../../ui/clocks/NearestClock";
import { Button } from "../../ui/Button";
import { CaseComplaints } from "../../ui/complaints/Complaints";
import { Consents } from "../../ui/consents/Consents";
import { doorInWords } from "../../ui/Door";
import { Empty } from "../../ui/Empty";
import { Holds } from "../../ui/holds/Holds";
import { date, dayTime, money } from "../../ui/i18n/format";
import { t } from "../../ui/i18n/words";
import { Loaded, useLoading } from "../../ui/load";
import { may } from "../../ui/me";
import { to } from "../../ui/route";
import { StatusChip } from "../../ui/StatusChip";
import { Contacts } from "../contact/Contacts";
import { Notices } from "../notice/Notices";
import { w } from "../words/words";
import { Appointments } from "./Appointments";
import { PinDialog } from "./PinDialog";

interface File {
  file: Schemas["CaseFile"];
  appointments: Schemas["Appointment"][];
  collector: Schemas["User"] | null;
  team: Schemas["Team"] | null;
}

async function loadFile(caseId: string): Promise<File> {
  const [file, appointments] = await Promise.all([
    ask(api.GET("/v1/cases/{case_id}", { params: { path: { case_id: caseId } } })),
    every((cursor) =>
      api.GET("/v1/appointments", { params: { query: { case_id: caseId, limit: 200, ...cursor } } }),
    ),
  ]);
  const { collector_id, team_id } = file.case;
  const [collector, teams] = await Promise.all([
    collector_id && ask(api.GET("/v1/users/{user_id}", { params: { path: { user_id: collector_id } } })),
    ask(api.GET("/v1/teams")),
  ]);
  const team = teams.items.find((each) => each.id === team_id) ?? null;
  return { file, appointments: appointments.reverse(), collector: collector || null, team };
}

/** The whole of a case for whoever talks with its customer. */
export function CasePage({ caseId }: { caseId: string }) {
  const loading = useLoading(caseId, () => loadFile(caseId));
  return (
    <Loaded from={loading} lines={10}>
      {(loaded) => <Page {...loaded} onChange={loading.reload} />}
    </Loaded>
  );
}

function Page({ file, appointments, collector, team, onChange }: File & { onChange: () => Promise<void> }) {
  const words = w().case;
  const zone = file.addresses[0]?.zones[0];
  const isOpen = file.case.state === "open";
  return (
    <>
      <div class="page-head">
        <h1>
          {words.title(file.case.reference)} <CaseChip state={file.case.state} />
        </h1>
        {may("appointment:book") && isOpen && (
          <a class="button button-primary" href={to("cases", file.case.id, "book")}>
            {words.book}
          </a>
        )}
      </div>
      <Holds caseId={file.case.id} holds={file.contact_holds} isOpen={isOpen} onChange={onChange} />
      <div class="case-grid">
        <div class="stack">
          <CustomerCard customer={file.customer} />
          <Owed file={file} />
          <Addresses file={file} onChange={onChange} />
          <Consents caseId={file.case.id} consents={file.consents} isOpen={isOpen} onChange={onChange} />
        </div>
        <div class="stack">
          <Appointments appointments={appointments} zone={zone} onChange={onChange} />
          <Contacts file={file} zone={zone} onChange={onChange} />
          <Notices caseId={file.case.id} isOpen={isOpen} />
          <CaseComplaints caseId={file.case.id} />
          <Payments file={file} />
          <LegalEvents file={file} onChange={onChange} />
          <section class="card">
            <dl class="facts">
              <dt>{words.clock}</dt>
              <dd>
                <NearestClock key={file.legal_events.length} caseId={file.case.id} />
              </dd>
              <dt>{words.creditor}</dt>
              <dd>{file.case.creditor}</dd>
              <dt>{words.placed}</dt>
              <dd>{date(file.case.placed_on)}</dd>
              {file.case.due_on && (
                <>
                  <dt>{words.dueOn}</dt>
                  <dd>{date(file.case.due_on)}</dd>
                </>
              )}
              {file.case.recall_on && (
                <>
                  <dt>{words.recall}</dt>
                  <dd>{date(file.case.recall_on)}</dd>
                </>
              )}
              <dt>{words.collector}</dt>
              <dd>{collector?.name ?? t().none}</dd>
              <dt>{words.team}</dt>
              <dd>{team?.name ?? t().none}</dd>
            </dl>
          </section>
        </div>
      </div>
    </>
  );
}

function Owed({ file }: { file: Schemas["CaseFile"] }) {
  const words = w().case;
  const balance = file.balances[0];
  return (
    <section class="card" aria-labelledby="owed">
      <h2 id="owed">{words.owed}</h2>
      {!balance ? (
        <Empty title={words.noBalance} />
      ) : (
        <>
          <p class="figure">{money(balance.total)}</p>
          <p class="soft small">{words.asOf(dayTime(balance.as_of))}</p>
          <dl class="facts amounts">
            <dt>{words.principal}</dt>
            <dd>{money(balance.principal)}</dd>
            <dt>{words.interest}</dt>
            <dd>{money(balance.interest)}</dd>
            <dt>{words.fees}</dt>
            <dd>{money(balance.fees)}</dd>
          </dl>
        </>
      )}
    </section>
  );
}

function Addresses({ file, onChange }: { file: Schemas["CaseFile"]; onChange: () => Promise<void> }) {
  const words = w().case;
  const [pinned, setPinned] = useState<Schemas["Address"] | null>(null);
  return (
    <section class="card" aria-labelledby="addresses">
      <h2 id="addresses">{words.addresses}</h2>
      {file.addresses.length === 0 ? (
        <Empty title={words.noAddress} />
      ) : (
        <ul class="list">
          {file.addresses.map((address) => (
            <li key={address.id} class="line">
              <p>{doorInWords(address)}</p>
              <p class="soft small">
                {[
                  words.kinds[address.kind] ?? address.kind,
                  address.zones.join(", "),
                  address.is_approximate && words.approximate,
                ]
                  .filter(Boolean)
                  .join(" · ")}
              </p>
              {address.state !== "usable" && <StatusChip tone="grey" word={words.unusable} />}
              {address.state === "usable" && may("address:pin") && (
                <div>
                  <Button label={words.pin.of(doorInWords(address))} onClick={() => setPinned(address)}>
                    {words.pin.go}
                  </Button>
                </div>
              )}
            </li>
          ))}
        </ul>
      )}
      {pinned && <PinDialog address={pinned} onDone={onChange} onClose={() => setPinned(null)} />}
    </section>
  );
}

const PAID = { reported: "amber", verified: "green", rejected: "grey" } as const;
const PROMISED = { open: "blue", kept: "green", broken: "red", released: "grey" } as const;

function Payments({ file }: { file: Schemas["CaseFile"] }) {
  const words = w().case;
  return (
    <section class="card" aria-labelledby="payments">
      <h2 id="payments">{words.payments}</h2>
      {file.payments.length + file.promises.length === 0 ? (
        <p class="soft">{words.noPayment}</p>
      ) : (
        <ul class="list">
          {file.promises.map((promise) => (
            <li key={promise.id} class="line row spread">
              <span>
                <span class="strong">{money(promise.amount)}</span> {words.promised(date(promise.due_on))}
              </span>
              <StatusChip
                tone={PROMISED[promise.state as keyof typeof PROMISED] ?? "grey"}
                word={words.paymentStates[promise.state] ?? promise.state}
              />
            </li>
          ))}
          {file.payments.map((payment) => (
            <li key={payment.id} class="line row spread">
              <span>
                <span class="strong">{money(payment.amount)}</span> {words.paid(dayTime(payment.paid_at))}
              </span>
              <StatusChip
                tone={PAID[payment.state as keyof typeof PAID] ?? "grey"}
                word={words.paymentStates[payment.state] ?? payment.state}
              />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
