/** Work that a part of a page waits for: what it loads, and what a person starts. What is shown meanwhile is up to the part. */
import { useCallback, useEffect, useRef, useState } from "preact/hooks";

export interface Loading<T> {
  value: T | undefined;
  error: unknown;
  isBusy: boolean;
  reload: () => Promise<void>;
}

/** What `work` gives for `key`, loaded anew whenever the key changes; a late answer to an old key is dropped. */
export function useLoading<T>(key: string, work: () => Promise<T>): Loading<T> {
  const [state, setState] = useState<{ key: string; value?: T; error?: unknown }>({ key });
  const [isBusy, setBusy] = useState(true);
  const newest = useRef(key);
  const latestWork = useRef(work);
  newest.current = key;
  latestWork.current = work;

  const reload = useCallback(async () => {
    setBusy(true);
    const asked = newest.current;
    try {
      const value = await latestWork.current();
      if (asked === newest.current) setState({ key: asked, value });
    } catch (error) {
      if (asked === newest.current) setState({ key: asked, error });
    }
    if (asked === newest.current) setBusy(false);
  }, []);

  useEffect(() => {
    void reload();
  }, [key]);

  const isCurrent = state.key === key;
  return { value: isCurrent ? state.value : undefined, error: isCurrent ? state.error : undefined, isBusy, reload };
}

export interface Doing<Arguments extends unknown[]> {
  run: (...told: Arguments) => Promise<boolean>;
  isBusy: boolean;
  error: unknown;
  forget: () => void;
}

/** Something a person starts: once at a time, with its error kept until the next try. */
export function useDoing<Arguments extends unknown[]>(work: (...told: Arguments) => Promise<void>): Doing<Arguments> {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const running = useRef(false);

  async function run(...told: Arguments): Promise<boolean> {
    if (running.current) return false;
    running.current = true;
    setBusy(true);
    setError(undefined);
    try {
      await work(...told);
      return true;
    } catch (failure) {
      setError(failure);
      return false;
    } finally {
      running.current = false;
      setBusy(false);
    }
  }

  return { run, isBusy, error, forget: () => setError(undefined) };
}
