import { render } from "preact";

import { isRevoked } from "../api/device";
import { content, phone } from "../store/phone";
import { takeLast } from "../store/shelf";
import { hasPin, isPinReset } from "../store/live";
import { t } from "../ui/i18n/words";
import { route } from "../ui/route";
import { Skeleton } from "../ui/Skeleton";
import { Toasts } from "../ui/Toast";
import { isInsideOtherApp } from "./enrol/browser";
import { Later } from "./Later";
import { watchIdle } from "./frame/idle";
import { registerWorker } from "./frame/worker";

/** Which door one stands at: each of them is fetched when it is needed, and kept by the worker. */
function App() {
  const [first, second] = route.value;
  if (isInsideOtherApp()) return <Later part="otherApp" />;
  if (isRevoked.value) return <Later part="revoked" />;
  if (first === "enrol" && second) {
    return <Later part="enrol" with={{ code: second }} />;
  }
  if (phone.value === undefined || (phone.value && hasPin.value === null)) {
    return (
      <div class="waiting">
        <Skeleton lines={3} />
      </div>
    );
  }
  if (phone.value === null) return <Later part="noPhone" />;
  if (!hasPin.value || isPinReset.value) return <Later part="firstPin" />;
  if (content.value === null) return <Later part="unlock" />;
  return <Later part="frame" />;
}

async function begin(): Promise<void> {
  document.title = `${t().apps.collector} · ${t().product}`;
  registerWorker();
  watchIdle();
  await takeLast();
  // What is not needed for the first screen comes after it.
  const [{ start }, { wipe }] = await Promise.all([import("../sync/start"), import("../sync/wipe")]);
  isRevoked.subscribe((is) => void (is && wipe()));
  await start();
}

const root = document.getElementById("app");
if (root) {
  render(
    <>
      <App />
      <Toasts />
    </>,
    root,
  );
  void begin();
}
