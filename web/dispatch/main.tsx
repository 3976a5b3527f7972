import { render, type FunctionComponent } from "preact";

import { CaseSearch } from "../ui/cases/CaseSearch";
import { Loaded, useLoading } from "../ui/load";
import { may } from "../ui/me";
import { route, to } from "../ui/route";
import { Shell } from "../ui/Shell";
import { Today } from "./today/Today";
import { w } from "./words/words";

function App() {
  const [first = "today"] = route.value;
  const ways = () => [
    { word: w().ways.today, href: to("today"), isHere: first === "today" },
    ...(may("plan:read") ? [{ word: w().ways.plan, href: to("plan"), isHere: first === "plan" }] : []),
    { word: w().ways.search, href: to("search"), isHere: first === "search" || first === "cases" },
    ...(may("import:apply") ? [{ word: w().ways.import, href: to("import"), isHere: first === "import" }] : []),
    ...(may("message:read") ? [{ word: w().ways.messages, href: to("messages"), isHere: first === "messages" }] : []),
    ...(may("device:enrol") ? [{ word: w().ways.devices, href: to("devices"), isHere: first === "devices" }] : []),
  ];
  return (
    <Shell app="dispatch" ways={ways}>
      <Screen />
    </Shell>
  );
}

function Screen() {
  const [first, second, third, fourth] = route.value;
  if (first === "cases" && second && third === "book") {
    return <Part key={second} name="booking" load={loadBooking} with={{ caseId: second }} />;
  }
  if (first === "cases" && second && third === "move" && fourth) {
    return <Part key={fourth} name="moving" load={loadMoving} with={{ caseId: second, appointmentId: fourth }} />;
  }
  if (first === "cases" && second) return <Part key={second} name="case" load={loadCase} with={{ caseId: second }} />;
  if (first === "plan") return <Part name={first} load={loadPlan} />;
  if (first === "import") return <Part name={first} load={loadImport} />;
  if (first === "messages") return <Part name={first} load={loadMessages} />;
  if (first === "turned-away") return <Part name={first} load={loadTurnedAway} />;
  if (first === "devices") return <Part name={first} load={loadDevices} />;
  if (first === "search") return <CaseSearch asked={second ?? ""} start={w().searchStart} />;
  return <Today />;
}

const loadCase = async () => (await import("./case/CasePage")).CasePage;
const loadMoving = async () => (await import("./booking/Moving")).Moving;
const loadPlan = async () => (await import("./plan/PlanPart")).PlanPart;
const loadBooking = async () => (await import("./booking/Booking")).Booking;
const loadImport = async () => (await import("./import/ImportPart")).ImportPart;
const loadDevices = async () => (await import("../ui/devices/Devices")).Devices;
const loadTurnedAway = async () => (await import("./turned-away/TurnedAway")).TurnedAway;
const loadMessages = async () => (await import("./messages/MessagesPart")).MessagesPart;

/** Loaded when somebody opens it: not every dispatcher needs it, and few do daily. */
function Part<P extends object>(props: { name: string; load: () => Promise<FunctionComponent<P>>; with?: P }) {
  const part = useLoading(props.name, props.load);
  return <Loaded from={part}>{(Opened) => <Opened {...(props.with ?? ({} as P))} />}</Loaded>;
}

const root = document.getElementById("app");
if (root) render(<App />, root);
