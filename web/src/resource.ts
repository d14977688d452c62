/** What was asked of the program: not asked, on its way, here, or failed. A failure is never an empty answer. */
import { effect, signal, type ReadonlySignal } from '@preact/signals';
import { asProblem, type Problem } from './api/problem';

export type Loaded<T> =
  | { status: 'idle' }
  | { status: 'loading' }
  | { status: 'ready'; data: T }
  | { status: 'failed'; problem: Problem };

export interface Resource<T> {
  readonly state: ReadonlySignal<Loaded<T>>;
  reload(): void;
}

/**
 * Load again whenever what `ask` reads changes.
 *
 * `ask` reads signals and returns the request to send, or `null` when there is nothing to ask for.
 * A newer question aborts the older one, so answers cannot overtake each other.
 */
export function resource<T>(ask: () => ((abort: AbortSignal) => Promise<T>) | null): Resource<T> {
  const state = signal<Loaded<T>>({ status: 'idle' });
  const again = signal(0);
  effect(() => {
    again.value;
    const send = ask();
    if (!send) {
      state.value = { status: 'idle' };
      return undefined;
    }
    const controller = new AbortController();
    const settle = (next: Loaded<T>): void => {
      if (!controller.signal.aborted) state.value = next;
    };
    state.value = { status: 'loading' };
    send(controller.signal).then(
      (data) => settle({ status: 'ready', data }),
      (error: unknown) => settle({ status: 'failed', problem: asProblem(error) }),
    );
    return () => controller.abort();
  });
  return { state, reload: () => (again.value += 1) };
}

/** What was here last: it stays while the next is on its way, and goes when that fails. */
export function lastReady<T>({ state }: Resource<T>): ReadonlySignal<T | null> {
  const last = signal<T | null>(null);
  effect(() => {
    const { value: now } = state;
    if (now.status === 'ready') last.value = now.data;
    if (now.status === 'failed') last.value = null;
  });
  return last;
}

/** Return the data when it is here. */
export function ready<T>(loaded: Loaded<T>): T | null {
  return loaded.status === 'ready' ? loaded.data : null;
}

/** Wait until it is known whether the data is here. */
export function settled<T>({ state }: Resource<T>): Promise<void> {
  return new Promise((done) => {
    const stop = state.subscribe(({ status }) => {
      if (status === 'loading' || status === 'idle') return;
      done();
      queueMicrotask(() => stop());
    });
  });
}
