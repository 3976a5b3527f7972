import { useState } from "preact/hooks";

import { api, ask, keyed, type Schemas } from "../../api/client";
import { Button } from "../Button";
import { ConfirmDialog } from "../ConfirmDialog";
import { Empty } from "../Empty";
import { Loaded } from "../load";
import { may } from "../me";
import { More, useGrowing } from "../More";
import { ReasonDialog } from "../ReasonDialog";
import { StatusChip } from "../StatusChip";
import { Table } from "../Table";
import { toast } from "../Toast";
import { Health } from "./Health";
import { Invite } from "./Invite";
import { w } from "./words";

export type Device = Schemas["Device"];

/** Every phone of the house: whose it is, how it is, and what can be done when it is lost or its PIN forgotten. */
export function Devices() {
  const words = w();
  const devices = useGrowing("devices", (cursor) => api.GET("/v1/devices", { params: { query: { limit: 50, ...cursor } } }));
  const [isInviting, setInviting] = useState(false);
  return (
    <>
      <div class="page-head">
        <h1>{words.title}</h1>
        {may("device:enrol") && (
          <Button kind="primary" onClick={() => setInviting(true)}>
            {words.enrol}
          </Button>
        )}
      </div>
      <p class="soft">{words.lead}</p>
      <Loaded from={devices.first}>
        {() =>
          devices.items.length === 0 ? (
            <Empty title={words.none}>{words.noneHint}</Empty>
          ) : (
            <Table
              caption={words.title}
              rows={devices.items}
              keyOf={(device) => device.id}
              columns={[
                { head: words.person, cell: (device) => <Whose device={device} /> },
                { head: words.state, cell: (device) => <State device={device} /> },
                { head: words.health, cell: (device) => <Health device={device} /> },
                { head: words.ways, cell: (device) => <Ways device={device} onChange={devices.first.reload} /> },
              ]}
            />
          )
        }
      </Loaded>
      <More of={devices} />
      {isInviting && (
        <Invite
          onClose={() => {
            setInviting(false);
            void devices.first.reload();
          }}
        />
      )}
    </>
  );
}

function Whose({ device }: { device: Device }) {
  return (
    <>
      <bdi class="strong">{device.person ?? device.username}</bdi>
      <br />
      <bdi class="soft small">{device.name}</bdi>
    </>
  );
}

function State({ device }: { device: Device }) {
  const words = w();
  if (device.state === "enrolled") return <StatusChip tone="green" word={words.enrolled} />;
  const isEmpty = device.state === "wiped";
  return (
    <div class="stack-s">
      <StatusChip tone={isEmpty ? "grey" : "amber"} word={words.revoked} />
      <span class="soft small">{isEmpty ? words.wiped : words.notWiped}</span>
    </div>
  );
}

function Ways({ device, onChange }: { device: Device; onChange: () => Promise<void> }) {
  const words = w();
  const [asked, setAsked] = useState<"pin" | "revoke" | null>(null);
  const params = { path: { device_id: device.id }, header: keyed };
  const whose = device.person ?? device.username;

  async function resetPin(): Promise<void> {
    await ask(api.POST("/v1/devices/{device_id}/pin-reset", { params }));
    toast(words.pinDone);
    await onChange();
  }

  async function revoke(reason: string): Promise<void> {
    await ask(api.POST("/v1/devices/{device_id}/revoke", { params, body: { reason } }));
    toast(words.revokeDone);
    await onChange();
  }

  if (device.state !== "enrolled") return <span class="soft">–</span>;
  return (
    <div class="actions">
      {may("device:reset_pin") && (
        <Button onClick={() => setAsked("pin")} label={words.pinOf(whose)}>
          {words.pin}
        </Button>
      )}
      {may("device:revoke") && (
        <Button kind="danger" onClick={() => setAsked("revoke")} label={words.revokeOf(whose)}>
          {words.revoke}
        </Button>
      )}
      {asked === "pin" && (
        <ConfirmDialog title={words.pinOf(whose)} go={words.pin} onGo={resetPin} onClose={() => setAsked(null)}>
          <p>{words.pinText}</p>
        </ConfirmDialog>
      )}
      {asked === "revoke" && (
        <ReasonDialog
          title={words.revokeOf(whose)}
          label={words.revokeReason}
          hint={words.revokeText}
          go={words.revoke}
          onReason={revoke}
          onClose={() => setAsked(null)}
        />
      )}
    </div>
  );
}
