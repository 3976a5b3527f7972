import type { FunctionComponent } from "preact";
import { useEffect, useState } from "preact/hooks";

import { OfflineError } from "../api/problem";
import { ErrorBox } from "../ui/ErrorBox";
import { Skeleton } from "../ui/Skeleton";

/** Parts that are fetched when they are first shown, so that today is on the screen sooner; the worker keeps them all. */
const PARTS = {
  otherApp: async () => (await import("./enrol/OpenInBrowser")).OpenInBrowser,
  revoked: async () => (await import("./enrol/Revoked")).Revoked,
  enrol: async () => (await import("./enrol/Enrol")).Enrol,
  noPhone: async () => (await import("./enrol/NoPhone")).NoPhone,
  firstPin: async () => (await import("./enrol/FirstPin")).FirstPin,
  unlock: async () => (await import("./unlock/Unlock")).Unlock,
  frame: async () => (await import("./frame/Frame")).Frame,
  signIn: async () => (await import("./unlock/SignInAgain")).SignInAgain,
  past: async () => (await import("./past/Past")).Past,
  unsent: async () => (await import("./unsent/Unsent")).Unsent,
  safety: async () => (await import("./safety/Safety")).Safety,
  settings: async () => (await import("./settings/Settings")).Settings,
  account: async () => (await import("../ui/account/AccountPage")).AccountPage,
  visit: async () => (await import("./visit/VisitPage")).VisitPage,
  camera: async () => (await import("./visit/CameraPage")).CameraPage,
  plan: async () => (await import("./plan/PlanPage")).PlanPage,
};

export type Part = keyof typeof PARTS;
type PropsOf<P extends Part> = Parameters<Awaited<ReturnType<(typeof PARTS)[P]>>>[0];

const had = new Map<Part, FunctionComponent<object>>();

export function Later<P extends Part>({ part, with: given }: { part: P; with?: PropsOf<P> }) {
  const [, setNewest] = useState<Part | null>(null);
  const [failed, setFailed] = useState<Part | null>(null);
  const Shown = had.get(part);

  async function fetchPart(): Promise<void> {
    setFailed(null);
    try {
      had.set(part, (await PARTS[part]()) as FunctionComponent<object>);
      setNewest(part);
    } catch {
      setFailed(part);
    }
  }

  useEffect(() => {
    if (!Shown) void fetchPart();
  }, [part]);
  if (failed === part) return <ErrorBox error={new OfflineError()} retry={fetchPart} />;
  return Shown ? <Shown key={part} {...(given ?? {})} /> : <Skeleton lines={6} />;
}
