import { render, type ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";

import { isStale } from "../api/build";
import { route, to } from "../ui/route";
import { Shell } from "../ui/Shell";
import { Skeleton } from "../ui/Skeleton";
import { today } from "./day";
import { Today } from "./today/Today";
import { w } from "./words/words";

type StopPage = ComponentType<{ appointmentId: string; day: string }>;

/** Camera, forms and signature are fetched when they are first opened: today is on the screen sooner. */
const PAGES = {
  visit: async (): Promise<StopPage> => (await import("./visit/VisitPage")).VisitPage,
  plan: async (): Promise<StopPage> => (await import("./plan/PlanPage")).PlanPage,
};

function App() {
  return (
    <Shell app="collector" ways={() => [{ word: w().ways.today, href: to("today"), isHere: true }]}>
      <Screen />
    </Shell>
  );
}

function Screen() {
  const [first, second, third, fourth] = route.value;
  if (first === "visits" && second && third) {
    const page = fourth === "plan" ? "plan" : "visit";
    return <Later key={page} page={page} appointmentId={third} day={second} />;
  }
  return <Today key={second} day={first === "today" && second ? second : today()} />;
}

function Later({ page, ...props }: { page: keyof typeof PAGES; appointmentId: string; day: string }) {
  const [Page, setPage] = useState<StopPage | null>(null);
  useEffect(() => {
    PAGES[page]().then(
      (part) => setPage(() => part),
      () => {
        isStale.value = true;
      },
    );
  }, []);
  return Page ? <Page key={props.appointmentId} {...props} /> : <Skeleton lines={6} />;
}

const root = document.getElementById("app");
if (root) render(<App />, root);
