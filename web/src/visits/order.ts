/** The orders of the list of due visits. */
import type { DueVisit } from '../api/visits';
import { CLASSES, type Order } from './url';

const KEY: Record<Order, (row: DueVisit) => string> = {
  class: ({ visit_class: word }) => String((CLASSES as readonly string[]).indexOf(word)),
  grid: ({ grid }) => grid,
  // Since when it is overdue, or until when it is due; what nobody asks for comes last.
  date: ({ overdue_since: since, due_on: until }) => since ?? until ?? '9999',
};

/** Return rows in an order; those that are alike stay as the program gave them, the most pressing first. */
export function inOrder(rows: readonly DueVisit[], order: Order | null): readonly DueVisit[] {
  if (!order) return rows;
  const key = KEY[order];
  return [...rows].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}
