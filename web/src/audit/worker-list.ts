/** Finding and ordering workers. */
import type { Worker } from '../api/types';

export type Order = 'short' | 'signs' | 'grid' | 'name';

/** Return the workers whose name, code or grid holds every word of the search. */
export function search(workers: readonly Worker[], text: string): Worker[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return workers.filter((worker) => {
    const held = `${worker.name} ${worker.code} ${worker.grid_code ?? ''} ${worker.grid_name ?? ''}`.toLowerCase();
    return words.every((word) => held.includes(word));
  });
}

const byText = (text: (worker: Worker) => string) => (a: Worker, b: Worker) =>
  text(a).localeCompare(text(b), 'zh-CN', { numeric: true });

const COMPARE: Record<Order, (a: Worker, b: Worker) => number> = {
  short: (a, b) => b.outcomes.short - a.outcomes.short || b.outcomes.review - a.outcomes.review,
  signs: (a, b) => b.signs.length - a.signs.length,
  grid: byText((worker) => worker.grid_code ?? '\uffff'),
  name: byText((worker) => worker.name),
};

/** Return the workers in an order; equal ones go by code. */
export function inOrder(workers: readonly Worker[], order: Order): Worker[] {
  return [...workers].sort((a, b) => COMPARE[order](a, b) || byText((worker) => worker.code)(a, b));
}
