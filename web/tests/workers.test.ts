import { expect, test } from 'vitest';
import type { Worker } from '../src/api/types';
import { fortnightEnding, shift, weeksOf } from '../src/audit/fortnight';
import { severest } from '../src/outcomes';
import { isOverdue } from '../src/audit/reports';
import { inOrder, search } from '../src/audit/worker-list';

function worker(code: string, name: string, grid: string | null, short: number, review = 0, signs: string[] = []): Worker {
  return {
    code,
    name,
    grid_code: grid,
    grid_name: grid && `河西社区第${grid}网格`,
    first_date: '2026-11-02',
    last_date: '2026-11-13',
    outcomes: { met: 5, short, review, contested: 0, set_aside: 0 },
    signs,
  };
}

const all = [worker('W2', '李建国', '10', 0, 3), worker('W1', '王秀兰', '9', 2), worker('W3', '张敏', null, 2, 1, ['ridden'])];
const codes = (workers: Worker[]): string[] => workers.map(({ code }) => code);

test('workers are found by name, code or grid, all words together', () => {
  expect(codes(search(all, '秀兰'))).toEqual(['W1']);
  expect(codes(search(all, ' w1  河西 '))).toEqual(['W1']);
  expect(codes(search(all, ''))).toHaveLength(3);
  expect(search(all, 'nobody')).toEqual([]);
});

test('the shortest come first, then those to review, then by code', () => {
  expect(codes(inOrder(all, 'short'))).toEqual(['W3', 'W1', 'W2']);
});

test('grids are ordered as numbers, workers without one last', () => {
  expect(codes(inOrder(all, 'grid'))).toEqual(['W1', 'W2', 'W3']);
});

test('signs come first when asked for', () => {
  expect(codes(inOrder(all, 'signs'))[0]).toBe('W3');
});

test('the severest outcome stands for several', () => {
  expect(severest(['met', 'review', 'met'])).toBe('review');
  expect(severest(['review', 'short'])).toBe('short');
  expect(severest([])).toBeNull();
});

test('two weeks end with the week of the last track', () => {
  expect(fortnightEnding('2026-11-13', null)).toEqual({ from: '2026-11-02', to: '2026-11-15' });
});

test('the two weeks move so that they hold the chosen day', () => {
  expect(fortnightEnding('2026-11-13', '2026-10-30')).toEqual({ from: '2026-10-19', to: '2026-11-01' });
  expect(fortnightEnding('2026-11-13', '2026-11-16')).toEqual({ from: '2026-11-16', to: '2026-11-29' });
  expect(shift({ from: '2026-11-02', to: '2026-11-15' }, -1)).toEqual({ from: '2026-10-19', to: '2026-11-01' });
});

test('a fortnight is two weeks of seven days', () => {
  const weeks = weeksOf({ from: '2026-11-02', to: '2026-11-15' });
  expect(weeks.map((week) => [week[0], week[6]])).toEqual([
    ['2026-11-02', '2026-11-08'],
    ['2026-11-09', '2026-11-15'],
  ]);
});

test('a closed report is never overdue, an open one after its deadline is', () => {
  const report = { deadline: '2026-11-12T18:00:00+08:00', state: 'handling' as const };
  const after = new Date('2026-11-13T00:00:00Z');
  expect(isOverdue(report, after)).toBe(true);
  expect(isOverdue({ ...report, state: 'closed' }, after)).toBe(false);
  expect(isOverdue({ ...report, deadline: null }, after)).toBe(false);
});
