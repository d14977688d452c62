/** What was answered last, and when: it stays while it is asked for again, and when nobody answers. */
import { effect, signal, type ReadonlySignal } from '@preact/signals';
import { asProblem, type Problem } from './api/problem';

export interface Kept<T> {
  /** `null` before the first answer. */
  readonly data: T | null;
  /** When it came, epoch milliseconds. */
  readonly at: number;
  /** Why the last question was not answered. */
  readonly problem: Problem | null;
}

export interface KeptResource<T> {
  readonly state: ReadonlySignal<Kept<T>>;
  /** Ask again; what is here stays until then. */
  reload(): void;
  /** Put in what is known by another answer. */
  put(data: T): void;
}

const NOTHING = { data: null, at: 0, problem: null };

/**
 * Ask again whenever what `ask` reads changes, which begins anew, and each `everyMs` while the page is looked at.
 *
 * `ask` reads signals and returns the request to send, or `null` when there is nothing to ask for.
 */
export function kept<T>(ask: () => ((abort: AbortSignal) => Promise<T>) | null, everyMs?: number): KeptResource<T> {
  const state = signal<Kept<T>>(NOTHING);
  let again = (): void => {};
  const put = (data: T): void => {
    state.value = { data, at: Date.now(), problem: null };
  };
  effect(() => {
    const send = ask();
    state.value = NOTHING;
    again = () => {};
    if (!send) return undefined;
    let controller = new AbortController();
    again = () => {
      controller.abort();
      controller = new AbortController();
      const { signal: mine } = controller;
      send(mine).then(
        (data) => {
          if (!mine.aborted) put(data);
        },
        (error: unknown) => {
          if (!mine.aborted) state.value = { ...state.peek(), problem: asProblem(error) };
        },
      );
    };
    again();
    const stop = everyMs ? eachWhileVisible(everyMs, () => again()) : () => {};
    return () => {
      stop();
      controller.abort();
    };
  });
  return { state, reload: () => again(), put };
}

/** Act again and again while the page is looked at, and as soon as it is looked at after a while. */
export function eachWhileVisible(everyMs: number, act: () => void): () => void {
  let last = Date.now();
  const look = (): void => {
    if (document.visibilityState !== 'visible' || Date.now() - last < everyMs) return;
    last = Date.now();
    act();
  };
  const timer = setInterval(look, Math.min(everyMs, 5_000));
  document.addEventListener('visibilitychange', look);
  return () => {
    clearInterval(timer);
    document.removeEventListener('visibilitychange', look);
  };
}
