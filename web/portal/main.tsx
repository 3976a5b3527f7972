import { render } from "preact";
import { useEffect, useState } from "preact/hooks";

import { Problem } from "../api/problem";
import { language } from "../ui/i18n/language";
import { LanguageSwitch } from "../ui/LanguageSwitch";
import { useLoading } from "../ui/doing";
import { Skeleton } from "../ui/Skeleton";
import { AtTheDoor } from "./AtTheDoor";
import { Consents } from "./Consents";
import { Copies } from "./Copies";
import { Failed } from "./Failed";
import { get, type Page } from "./link";
import { Say } from "./Say";
import { Visit } from "./Visit";
import { w } from "./words/words";

/** Whoever has chosen no language reads the one that the institution writes to them in. */
function speakAs(page: Page): void {
  if (localStorage.getItem("doorstep.language") !== null) return;
  language.value = page.language === "zh" ? "zh" : "en";
}

function App() {
  const loading = useLoading("page", () => get<Page>("/page"));
  const [page, setPage] = useState<Page | null>(null);
  useEffect(() => {
    if (loading.value !== undefined) {
      speakAs(loading.value);
      setPage(loading.value);
    }
  }, [loading.value]);
  return (
    <>
      <header class="portal-head">
        <h1>{page?.organisation ?? "…"}</h1>
        <LanguageSwitch />
      </header>
      <main class="portal stack" id="content">
        {loading.error !== undefined ? (
          <Unopened error={loading.error} retry={loading.reload} />
        ) : page === null ? (
          <Skeleton lines={6} />
        ) : (
          <>
            <Visit page={page} onPage={setPage} />
            <AtTheDoor phone={page.public_phone} visitors={page.visitors} />
            <Say zone={page.timezone} onPage={setPage} />
            <Consents page={page} onPage={setPage} />
            <Copies page={page} />
          </>
        )}
      </main>
    </>
  );
}

function Unopened({ error, retry }: { error: unknown; retry: () => unknown }) {
  const words = w();
  const isGone = error instanceof Problem && [401, 403].includes(error.status);
  if (!isGone) return <Failed error={error} retry={retry} />;
  return (
    <section class="card stack">
      <h2>{words.gone}</h2>
      <p>{words.goneText}</p>
    </section>
  );
}

const root = document.getElementById("app");
if (root) render(<App />, root);
