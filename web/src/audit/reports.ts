/** What follows from an incident's own facts. */
import type { Report } from '../api/shapes';

/** Say whether a report is open after its deadline. */
export function isOverdue({ deadline, state }: Pick<Report, 'deadline' | 'state'>, now: Date): boolean {
  return state !== 'closed' && deadline !== null && Date.parse(deadline) < now.getTime();
}
