import { useEffect, useRef, useState } from "preact/hooks";

import { fetchFile } from "./link";
import { w } from "./words/words";

/** The portrait of whoever comes, fetched once it is about to be seen; without it the badge has to do. */
export function Face({ role, badge }: { role: string; badge: string | null }) {
  const [address, setAddress] = useState<string | null>(null);
  const frame = useRef<HTMLSpanElement>(null);

  useEffect(() => {
    let made: string | null = null;
    let isGone = false;

    async function fetchIt(): Promise<void> {
      const file = await fetchFile(`/page/portraits/${role}`);
      if (isGone) return;
      made = URL.createObjectURL(file);
      setAddress(made);
    }

    const watch = new IntersectionObserver((seen) => {
      if (!seen.some((one) => one.isIntersecting)) return;
      watch.disconnect();
      fetchIt().catch(() => undefined);
    });
    if (frame.current) watch.observe(frame.current);
    return () => {
      isGone = true;
      watch.disconnect();
      if (made !== null) URL.revokeObjectURL(made);
    };
  }, [role]);

  return (
    <span ref={frame} class="face">
      {address && <img src={address} width={96} height={96} alt={w().face(badge)} />}
    </span>
  );
}
