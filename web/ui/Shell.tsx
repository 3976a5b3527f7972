import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

import { isStale, watchBuild } from "../api/build";
import { forbidden } from "../api/client";
import { isOffline } from "../api/network";
import { resume, session, signOut } from "../api/session";
import { APPS, NEEDED, WAYS, type App } from "./apps";
import { Button } from "./Button";
import { Dialog } from "./Dialog";
import { language } from "./i18n/language";
import { first } from "./i18n/first";
import { t } from "./i18n/words";
import { LanguageSwitch } from "./LanguageSwitch";
import { Loaded, useLoading } from "./load";
import { learnWhoIAm, may, me } from "./me";
import { route, to } from "./route";
import { SignIn } from "./SignIn";
import { Skeleton } from "./Skeleton";
import { Toasts } from "./Toast";

export interface Way {
  word: string;
  href: string;
  isHere: boolean;
}

/** The frame of every app: who may come in, where one is, and what has to be known of network and version. */
export function Shell(props: { app: App; ways: () => readonly Way[]; children: ComponentChildren }) {
  useEffect(() => {
    watchBuild();
    void resume().catch(() => {
      session.value = null;
    });
  }, []);
  const words = t();
  useEffect(() => {
    document.title = `${words.apps[props.app]} · ${words.product}`;
  }, [words]);

  return (
    <>
      <Notices />
      {session.value === undefined ? (
        <div class="waiting">
          <Skeleton lines={3} />
        </div>
      ) : session.value === null ? (
        <SignIn app={props.app} />
      ) : (
        <SignedIn key={session.value.user} {...props} />
      )}
      <Toasts />
    </>
  );
}

function Notices() {
  return (
    <>
      <div role="status">{isOffline.value && <p class="bar bar-amber">{t().offline}</p>}</div>
      <div role="status">
        {isStale.value && (
          <p class="bar bar-blue">
            {t().stale}
            <Button onClick={() => location.reload()}>{t().reload}</Button>
          </p>
        )}
      </div>
    </>
  );
}

function SignedIn(props: { app: App; ways: () => readonly Way[]; children: ComponentChildren }) {
  const who = useLoading("me", learnWhoIAm);
  useEffect(() => {
    // Something was forbidden that the page offers: perhaps a role was taken away, and this app with it.
    if (forbidden.value > 0) void who.reload();
  }, [forbidden.value]);
  return (
    <div class={`shell shell-${props.app}`}>
      <a class="skip" href="#content" onClick={toContent}>
        {t().skip}
      </a>
      <Head app={props.app} ways={who.value && may(NEEDED[props.app]) ? props.ways() : []} />
      <main id="content" class="content" tabIndex={-1}>
        <Loaded from={who}>{() => <Inside {...props} />}</Loaded>
      </main>
    </div>
  );
}

function Inside({ app, children }: { app: App; children: ComponentChildren }) {
  if (route.value[0] === "account") return <MyAccount />;
  return may(NEEDED[app]) ? <>{children}</> : <NoRight app={app} />;
}

/** Loaded when somebody opens it: few do, and seldom. */
function MyAccount() {
  const page = useLoading("account", async () => (await import("./account/AccountPage")).AccountPage);
  return <Loaded from={page}>{(AccountPage) => <AccountPage />}</Loaded>;
}

/** The address's hash is the router's: the link moves the focus, and nothing else. */
function toContent(event: Event): void {
  event.preventDefault();
  document.getElementById("content")?.focus();
}

function Head({ app, ways }: { app: App; ways: readonly Way[] }) {
  const [isOpen, setOpen] = useState(false);
  const words = t();
  return (
    <header class="head">
      <p class="brand">
        <span class="brand-mark" aria-hidden="true" />
        <span class="brand-name">{words.product}</span> <span class="brand-app">{words.apps[app]}</span>
      </p>
      {ways.length > 0 && <Ways ways={ways} />}
      <button type="button" class="who" aria-haspopup="dialog" onClick={() => setOpen(true)}>
        <span class="who-mark" aria-hidden="true">
          {[...(me.value?.name ?? "·")][0]}
        </span>
        <span class="sr-only">{words.me.account}:</span>
        <bdi class="who-name">{me.value?.name ?? ""}</bdi>
      </button>
      {isOpen && <Account onClose={() => setOpen(false)} />}
    </header>
  );
}

function Ways({ ways }: { ways: readonly Way[] }) {
  const nav = useRef<HTMLElement>(null);
  const here = ways.find((way) => way.isHere)?.href;
  useEffect(() => {
    // On a narrow screen the way that one is on can lie beside what is seen.
    nav.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [here, language.value]);
  return (
    <nav class="ways" aria-label={t().menu} ref={nav}>
      {ways.map((way) => (
        <a key={way.href} href={way.href} aria-current={way.isHere ? "page" : undefined}>
          {way.word}
        </a>
      ))}
    </nav>
  );
}

function Account({ onClose }: { onClose: () => void }) {
  const words = t();
  const who = me.value;
  return (
    <Dialog title={words.me.account} onClose={onClose}>
      <div class="stack">
        {who && (
          <dl class="facts">
            <dt>{words.me.signedInAs}</dt>
            <dd>
              <bdi>{who.name}</bdi> <bdi class="soft">({who.username})</bdi>
              <br />
              <span class="soft">{who.roles.map((role) => words.roles[role]).join(" · ")}</span>
            </dd>
            {who.badge && (
              <>
                <dt>{words.me.badge}</dt>
                <dd>{who.badge}</dd>
              </>
            )}
            <dt>{words.me.organisation}</dt>
            <dd>{who.organisation.name}</dd>
          </dl>
        )}
        <div>
          <p class="label">{first().language}</p>
          <LanguageSwitch />
        </div>
        <a class="button button-plain button-large" href={to("account")} onClick={onClose}>
          {words.me.security}
        </a>
        <Button size="large" onClick={leave}>
          {words.me.signOut}
        </Button>
      </div>
    </Dialog>
  );
}

async function leave(): Promise<void> {
  me.value = null;
  // On this page it is over at once; that the server did not hear of it is said by the offline notice.
  await signOut().catch(() => undefined);
}

/** The person is known, but their roles do not fit this app: said plainly, with the ways that do. */
function NoRight({ app }: { app: App }) {
  const words = t();
  const others = APPS.filter((each) => each !== app && may(NEEDED[each]));
  const roles = (me.value?.roles ?? []).map((role) => words.roles[role]).join(" · ");
  return (
    <section class="card stack no-right">
      <h1>{words.noRight.title}</h1>
      <p>{words.noRight.text(roles)}</p>
      <ul class="stack">
        {others.map((each) => (
          <li key={each}>
            <a href={WAYS[each]}>{words.apps[each]}</a>
          </li>
        ))}
      </ul>
      <p class="soft">{words.noRight.asOther}</p>
      <Button onClick={leave}>{words.me.signOut}</Button>
    </section>
  );
}
