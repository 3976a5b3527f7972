import { render } from "preact";

import { Entrance } from "../ui/Entrance";
import { FirstAdministrator } from "./FirstAdministrator";
import { NewPassword } from "./NewPassword";
import { w } from "./words/words";

/** What stands behind `#` is the code: a browser keeps it to itself, so that it is in no server's log. */
const code = location.hash.slice(1);

function App() {
  const isFirst = location.pathname === "/first-administrator";
  return (
    <Entrance>
      {code === "" ? <NotWhole /> : isFirst ? <FirstAdministrator code={code} /> : <NewPassword code={code} />}
    </Entrance>
  );
}

function NotWhole() {
  return (
    <section class="card door-card stack">
      <h1>{w().notWhole}</h1>
      <p>{w().notWholeText}</p>
    </section>
  );
}

const root = document.getElementById("app");
if (root) render(<App />, root);
