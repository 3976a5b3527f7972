import { render } from "preact";

import { route, to } from "../ui/route";
import { Shell } from "../ui/Shell";
import { Duty } from "./duty/Duty";
import { Log } from "./log/Log";
import { OrganisationPage } from "./organisation/OrganisationPage";
import { RulesInForce } from "./rules/RulesInForce";
import { Services } from "./services/Services";
import { Teams } from "./teams/Teams";
import { NewUser } from "./users/NewUser";
import { UserPage } from "./users/UserPage";
import { Users } from "./users/Users";
import { w } from "./words/words";

const PARTS = ["users", "teams", "duty", "organisation", "rules", "log", "services"] as const;

function App() {
  const [first = "users"] = route.value;
  const ways = () => PARTS.map((part) => ({ word: w().ways[part], href: to(part), isHere: first === part }));
  return (
    <Shell app="admin" ways={ways}>
      <Screen />
    </Shell>
  );
}

function Screen() {
  const [first, second] = route.value;
  if (first === "teams") return <Teams />;
  if (first === "duty") return <Duty asked={second} />;
  if (first === "organisation") return <OrganisationPage />;
  if (first === "rules") return <RulesInForce />;
  if (first === "log") return <Log />;
  if (first === "services") return <Services />;
  if (second === "new") return <NewUser />;
  if (second) return <UserPage key={second} userId={second} />;
  return <Users />;
}

const root = document.getElementById("app");
if (root) render(<App />, root);
