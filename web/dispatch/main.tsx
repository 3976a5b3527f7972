import { render } from "preact";

import { CaseSearch } from "../ui/cases/CaseSearch";
import { Loaded, useLoading } from "../ui/load";
import { may } from "../ui/me";
import { route, to } from "../ui/route";
import { Shell } from "../ui/Shell";
import { Booking } from "./booking/Booking";
import { CasePage } from "./case/CasePage";
import { Today } from "./today/Today";
import { w } from "./words/words";

function App() {
  const [first = "today"] = route.value;
  const ways = () => [
    { word: w().ways.today, href: to("today"), isHere: first === "today" },
    { word: w().ways.search, href: to("search"), isHere: first === "search" || first === "cases" },
    ...(may("import:apply") ? [{ word: w().ways.import, href: to("import"), isHere: first === "import" }] : []),
  ];
  return (
    <Shell app="dispatch" ways={ways}>
      <Screen />
    </Shell>
  );
}

function Screen() {
  const [first, second, third] = route.value;
  if (first === "cases" && second && third === "book") return <Booking key={second} caseId={second} />;
  if (first === "cases" && second) return <CasePage key={second} caseId={second} />;
  if (first === "import") return <Import />;
  if (first === "search") return <CaseSearch asked={second ?? ""} start={w().searchStart} />;
  return <Today />;
}

/** Loaded when somebody opens it: not every dispatcher imports, and few do daily. */
function Import() {
  const part = useLoading("import", async () => (await import("./import/ImportPart")).ImportPart);
  return <Loaded from={part}>{(ImportPart) => <ImportPart />}</Loaded>;
}

const root = document.getElementById("app");
if (root) render(<App />, root);
