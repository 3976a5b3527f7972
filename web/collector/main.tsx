import { render, type ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";

import { isStale } from "../api/build";
import { route, to } from "../ui/route";
import { Shell } from "../ui/Shell";
import { Skeleton } from "../ui/Skeleton";
import { today } from "./day";
import { Today } from "./today/Today";
import { w } from "./words/words";

type VisitPage = ComponentType<{ appointmentId: string; day: string }>;

function App() {
  return (
    <Shell app="collector" ways={() => [{ word: w().ways.today, href: to("today"), isHere: true }]}>
      <Screen />
    </Shell>
  );
}

function Screen() {
  const [first, second, third] = route.value;
  if (first === "visits" && second && third) return <Later appointmentId={third} day={second} />;
  return <Today key={second} day={first === "today" && second ? second : today()} />;
}

/** Camera and forms are fetched when the first visit is opened: today is on the screen sooner. */
function Later(props: { appointmentId: string; day: string }) {
  const [Page, setPage] = useState<VisitPage | null>(null);
  useEffect(() => {
    import("./visit/VisitPage").then(
      (part) => setPage(() => part.VisitPage),
      () => {
        isStale.value = true;
      },
    );
  }, []);
  return Page ? <Page key={props.appointmentId} {...props} /> : <Skeleton lines={6} />;
}

const root = document.getElementById("app");
if (root) render(<App />, root);
