import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";

import { phone } from "../../store/phone";
import { photosWaiting, waiting } from "../../store/live";
import { lock } from "../../store/vault";
import { t } from "../../ui/i18n/words";
import { me } from "../../ui/me";
import { route, to } from "../../ui/route";
import { Skeleton } from "../../ui/Skeleton";
import { Later } from "../Later";
import { learnOutcomes } from "../outcomes";
import { learnPerson } from "../person";
import { Today } from "../today/Today";
import { w } from "../words/words";
import { SyncBar, UpdateBar } from "./SyncBar";

/** The open phone: what is sent and what not on top, the screen, and the four ways at the thumb. */
export function Frame() {
  useEffect(() => {
    void learnPerson();
    void learnOutcomes();
  }, [phone.value]);
  return (
    <div class="phone">
      <a class="skip" href="#content" onClick={toContent}>
        {t().skip}
      </a>
      <Head />
      <SyncBar />
      <UpdateBar />
      <main id="content" class="phone-content" tabIndex={-1}>
        {me.value ? <Screen /> : <Skeleton lines={6} />}
      </main>
      <Ways />
    </div>
  );
}

function Screen() {
  const [first, second = "", third] = route.value;
  if (first === "visits" && second) return <VisitScreen appointmentId={second} part={third} />;
  if (first === "past") return <Later part="past" />;
  if (first === "unsent") return <Later part="unsent" />;
  if (first === "safety") return <Later part="safety" />;
  if (first === "settings") return <Later part="settings" />;
  if (first === "sign-in") return <Later part="signIn" />;
  if (first === "account") return <Later part="account" />;
  return <Today day={first === "today" ? second || null : null} />;
}

function VisitScreen({ appointmentId, part }: { appointmentId: string; part: string | undefined }) {
  const given = { appointmentId };
  if (part === "plan") return <Later part="plan" with={given} />;
  if (part === "camera") return <Later part="camera" with={given} />;
  return <Later part="visit" with={given} />;
}

/** The address's hash is the router's: the link moves the focus, and nothing else. */
function toContent(event: Event): void {
  event.preventDefault();
  document.getElementById("content")?.focus();
}

function Head() {
  return (
    <header class="head phone-head">
      <p class="brand">
        <span class="brand-mark" aria-hidden="true" />
        <span class="brand-name">{t().product}</span>
      </p>
      <bdi class="phone-who">{me.value?.name ?? ""}</bdi>
      <button type="button" class="phone-lock" onClick={() => void lock()}>
        {w().frame.lock}
      </button>
    </header>
  );
}

function Ways() {
  const words = w().frame;
  const unsent = waiting.value.length + photosWaiting.value.length;
  const [first = "today"] = route.value;
  return (
    <nav class="thumb-ways" aria-label={t().menu}>
      <Way to="today" isHere={["today", "visits", "past"].includes(first)}>
        {words.today}
      </Way>
      <Way to="unsent" isHere={first === "unsent"}>
        {words.unsent}
        {unsent > 0 && <span class="count">{unsent}</span>}
      </Way>
      <Way to="safety" isHere={first === "safety"}>
        {words.safety}
      </Way>
      <Way to="settings" isHere={first === "settings"}>
        {words.settings}
      </Way>
    </nav>
  );
}

function Way(props: { to: string; isHere: boolean; children: ComponentChildren }) {
  return (
    <a href={to(props.to)} aria-current={props.isHere ? "page" : undefined}>
      <span>{props.children}</span>
    </a>
  );
}
