import { useEffect, useState } from "preact/hooks";

import { open } from "../../core/vault";
import { photos } from "../../store/live";
import { opened } from "../../store/phone";

/** The small copy of a picture, from the phone's own store: what one sees is what was saved. */
export function Thumb({ sha256, label, isLarge = false }: { sha256: string; label: string; isLarge?: boolean }) {
  const small = photos.value.find((each) => each.original === sha256)?.sha256;
  const [address, setAddress] = useState<string | null>(null);
  useEffect(() => {
    let made: string | null = null;
    let isGone = false;
    async function show(): Promise<void> {
      const { store, device } = opened();
      const row = small === undefined ? undefined : await store.row("photos", small);
      if (!row?.sealed || isGone) return;
      made = URL.createObjectURL(new Blob([await open(device.queue, row.sealed)], { type: row.content_type }));
      setAddress(made);
    }
    void show();
    return () => {
      isGone = true;
      if (made) URL.revokeObjectURL(made);
    };
  }, [small]);
  return address ? (
    <img class={isLarge ? "viewfinder" : "thumb"} src={address} alt={label} />
  ) : (
    <span class="thumb" role="img" aria-label={label} />
  );
}
