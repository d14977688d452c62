/** The way of an incident through its workflow: where it has been, where it is, where it can go. */
import type { Incident, Workflow } from '../api/types';

export type Stage = 'been' | 'now' | 'next' | 'other';

export interface Step {
  name: string;
  zh: string;
  en: string;
  stage: Stage;
}

type Followed = Pick<Incident, 'state' | 'history' | 'duplicate_of'>;

/** Return all states of a workflow in its own order, each with what it is to this incident. */
export function stepsOf({ states, moves }: Workflow, { state: now, history, duplicate_of }: Followed): Step[] {
  const been = new Set(history.map(({ to }) => to));
  const next = new Set(moves.filter((move) => !duplicate_of && move.from.includes(now.name)).map(({ to }) => to));
  const stageOf = (name: string): Stage => {
    if (name === now.name) return 'now';
    // What lies behind can often be come to again: that it has been there says more.
    if (been.has(name)) return 'been';
    return next.has(name) ? 'next' : 'other';
  };
  return states.map(({ name, zh, en }) => ({ name, zh, en, stage: stageOf(name) }));
}
