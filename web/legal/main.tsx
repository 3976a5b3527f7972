import { render } from "preact";

import { CaseSearch } from "../ui/cases/CaseSearch";
import { route, to } from "../ui/route";
import { Shell } from "../ui/Shell";
import { CasePage } from "./case/CasePage";
import { w } from "./words/words";

function App() {
  return (
    <Shell app="legal" ways={() => [{ word: w().ways.search, href: to("search"), isHere: true }]}>
      <Screen />
    </Shell>
  );
}

function Screen() {
  const [first, second, third] = route.value;
  if (first === "cases" && second) return <CasePage key={second} caseId={second} part={third ?? "story"} />;
  return <CaseSearch asked={first === "search" ? (second ?? "") : ""} start={w().searchStart} />;
}

const root = document.getElementById("app");
if (root) render(<App />, root);
