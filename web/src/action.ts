/** Something that is sent when it is asked for: at rest, on its way, or failed. */
import { useSignal, type Signal } from '@preact/signals';
import { asProblem, type Problem } from './api/problem';

export interface Action<A extends unknown[]> {
  readonly busy: Signal<boolean>;
  readonly problem: Signal<Problem | null>;
  run(...values: A): Promise<void>;
}

/** Return an action of a component; while it is on its way it is not sent again. */
export function useAction<A extends unknown[]>(send: (...values: A) => Promise<void>): Action<A> {
  const busy = useSignal(false);
  const problem = useSignal<Problem | null>(null);
  const run = async (...values: A): Promise<void> => {
    if (busy.value) return;
    busy.value = true;
    problem.value = null;
    try {
      await send(...values);
    } catch (error) {
      problem.value = asProblem(error);
    }
    busy.value = false;
  };
  return { busy, problem, run };
}
