import { render } from "preact";

import { Shell } from "../ui/Shell";

function App() {
  return <Shell app="legal" ways={() => []}>{<h1>Doorstep</h1>}</Shell>;
}

const root = document.getElementById("app");
if (root) render(<App />, root);
