import { render } from "preact";

import { CaseSearch } from "../ui/cases/CaseSearch";
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
  if (first === "search") return <CaseSearch asked={second ?? ""} start={w().searchStart} />;
  return <Today />;
}

const root = document.getElementById("app");
if (root) render(<App />, root);
