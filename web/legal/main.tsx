import { render } from "preact";

import { CaseSearch } from "../ui/cases/CaseSearch";
import { WaitingComplaints } from "../ui/complaints/Complaints";
import { route, to } from "../ui/route";
import { Shell } from "../ui/Shell";
import { CasePage } from "./case/CasePage";
import { w } from "./words/words";

function App() {
  const isAtComplaints = route.value[0] === "complaints";
  const ways = () => [
    { word: w().ways.search, href: to("search"), isHere: !isAtComplaints },
    { word: w().ways.complaints, href: to("complaints"), isHere: isAtComplaints },
  ];
  return (
    <Shell app="legal" ways={ways}>
      <Screen />
    </Shell>
  );
}

function Screen() {
  const [first, second, third] = route.value;
  if (first === "cases" && second) return <CasePage key={second} caseId={second} part={third ?? "story"} />;
  if (first === "complaints") return <WaitingComplaints />;
  return <CaseSearch asked={first === "search" ? (second ?? "") : ""} start={w().searchStart} />;
}

const root = document.getElementById("app");
if (root) render(<App />, root);
