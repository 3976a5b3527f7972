import { useState } from "preact/hooks";

import { api, ask, keyed, on, type Schemas } from "../../api/client";
import { Problem } from "../../api/problem";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { ErrorBox } from "../../ui/ErrorBox";
import { Field, Select } from "../../ui/Field";
import { t } from "../../ui/i18n/words";
import { useDoing } from "../../ui/load";
import { toast } from "../../ui/Toast";
import { w } from "../words/words";

type Datum = Schemas["AddressPin"]["crs"];

// A sweep takes the question up within moments; what takes longer is looked at the next time.
const LOOK_AGAIN_MS = 1000;
const LOOKS = 15;

const DATUMS: readonly Datum[] = ["gcj02", "bd09", "wgs84"];

/** «31.2304, 121.4737» as maps hand it out: latitude first; null where it is none. */
export function readPosition(text: string): { lat: number; lon: number } | null {
  const found = /^\s*(-?\d{1,2}(?:\.\d+)?)\s*[,，\s]\s*(-?\d{1,3}(?:\.\d+)?)\s*$/.exec(text);
  return found ? { lat: Number(found[1]), lon: Number(found[2]) } : null;
}

/** Somebody who knows the door says where it lies, on which map, and how they know. */
export function PinDialog(props: { address: Schemas["Address"]; onDone: () => Promise<void>; onClose: () => void }) {
  const words = w().case.pin;
  const [position, setPosition] = useState("");
  const [datum, setDatum] = useState<Datum>(props.address.country === "CN" ? "gcj02" : "wgs84");
  const [reason, setReason] = useState("");
  const [isAsked, setAsked] = useState(false);
  const [search, setSearch] = useState<Schemas["PlaceSearch"] | null>(null);
  const place = readPosition(position);
  const pinning = useDoing(async () => {
    if (!place) return;
    const params = { path: { address_id: props.address.id }, header: { ...keyed, ...on(props.address) } };
    const body = { ...place, crs: datum, is_approximate: false, reason: reason.trim() };
    await ask(api.POST("/v1/addresses/{address_id}/pin", { params, body }));
    toast(words.done);
    await props.onDone();
    props.onClose();
  });
  const looking = useDoing(async () => {
    const params = { path: { address_id: props.address.id } };
    let search = await ask(api.POST("/v1/addresses/{address_id}/place-search", { params: { ...params, header: keyed } }));
    for (let look = 0; search.stage === "waiting" && look < LOOKS; look += 1) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
      search = await ask(api.GET("/v1/addresses/{address_id}/place-search", { params }));
    }
    setSearch(search);
    if (search.stage !== "found") return;
    setPosition(`${search.lat}, ${search.lon}`);
    setDatum(DATUMS.find((each) => each === search.crs) ?? "wgs84");
  });
  return (
    <Dialog title={words.title} onClose={props.onClose}>
      <form
        class="stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setAsked(true);
          if (place && reason.trim()) void pinning.run();
        }}
      >
        <div class="row">
          <Button isBusy={looking.isBusy} onClick={looking.run}>
            {words.lookUp}
          </Button>
          {search && (
            <p class="small" role="status">
              {search.stage === "found" ? words.found(search.confidence_percent ?? 0, search.label ?? "") : words.answers[search.stage]}
            </p>
          )}
        </div>
        {looking.error instanceof Problem && looking.error.code === "conflict" ? (
          <p class="note note-amber">{words.notAllowed}</p>
        ) : (
          looking.error !== undefined && <ErrorBox error={looking.error} />
        )}
        <Field
          label={words.position}
          hint={words.positionHint}
          value={position}
          onValue={setPosition}
          dir="ltr"
          isRequired
          error={isAsked && !place ? words.positionError : undefined}
        />
        <Select
          label={words.datum}
          hint={words.datumHint}
          value={datum}
          onValue={(value) => setDatum(DATUMS.find((each) => each === value) ?? datum)}
          options={DATUMS.map((each) => [each, words.datums[each]] as const)}
        />
        <Field
          label={words.reason}
          hint={words.reasonHint}
          value={reason}
          onValue={setReason}
          maxLength={500}
          isLong
          isRequired
          error={isAsked && !reason.trim() ? t().required : undefined}
        />
        {pinning.error !== undefined && <ErrorBox error={pinning.error} retry={props.onDone} />}
        <div class="actions">
          <Button kind="primary" type="submit" isBusy={pinning.isBusy}>
            {words.go}
          </Button>
          <Button onClick={props.onClose}>{t().cancel}</Button>
        </div>
      </form>
    </Dialog>
  );
}
