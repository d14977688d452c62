import { expect, test } from 'vitest';
import type { DaysAnswer, Verdict } from '../src/api/types';
import { boundaryAt, classAt, evidenceAt, type BoundaryShown } from '../src/audit/replay/cursor';
import type { Path } from '../src/audit/replay/path';
import { rulesAt, ruleKey, spansOf, subjectsOf } from '../src/audit/replay/subjects';
import { readWatched, withWatched } from '../src/audit/replay/url';
import type { FixFeature, Stretch } from '../src/audit/track';

const at = (time: string): string => `2026-11-03T${time}:00Z`;
const ms = (time: string): number => Date.parse(at(time));

const path: Path = {
  t: [ms('01:00'), ms('01:01'), ms('01:02')],
  places: [
    [112, 31],
    [112.001, 31],
    [112.001, 31],
  ],
  accuracyM: [5, null, 7],
  speedMps: [1.4, null, null],
  way: ['inside', 'outside', null],
};
const stretches: Stretch[] = [
  { class: 'unknown', start: at('00:50'), end: at('01:00') },
  { class: 'inside', start: at('01:00'), end: at('01:01') },
  { class: 'outside', start: at('01:01'), end: at('01:02') },
];
const jump: FixFeature = {
  type: 'Feature',
  geometry: { type: 'Point', coordinates: [113, 31] },
  properties: { kind: 'fix', time: '2026-11-03T01:00:30Z', accuracy_m: 5, flags: ['jump'], measure: 900 },
};
const walked = { path, stretches, flagged: [jump] };

test('evidence names the fix, what came of it, and what was left out before the next', () => {
  const known = evidenceAt(walked, ms('01:00') + 20_000);
  expect(known).toMatchObject({ class: 'inside', nextMs: ms('01:01'), leftOut: [jump] });
  expect(known.fix).toMatchObject({ number: 1, of: 3, takenMs: ms('01:00'), accuracyM: 5, deviceMps: 1.4 });
  expect(known.fix?.wayMps).toBeCloseTo(1.588, 2);
});

test('before the first fix there is none, though the worker is on duty', () => {
  expect(evidenceAt(walked, ms('00:55'))).toMatchObject({ class: 'unknown', fix: null, nextMs: ms('01:00') });
});

test('behind the last fix nothing follows', () => {
  expect(evidenceAt(walked, ms('01:02'))).toMatchObject({ class: 'outside', nextMs: null });
});

test('a moment on the border of two stretches is of the later one; off duty it is of none', () => {
  expect(classAt(stretches, ms('01:01'))).toBe('outside');
  expect(classAt(stretches, ms('03:00'))).toBeNull();
});

test('the boundary in force is the one of the very minute', () => {
  const boundary = (id: number, from: string | null, to: string | null): BoundaryShown => {
    return { id, code: 'G1', name: 'G1', valid_from: from, valid_to: to, households: 300 };
  };
  const both = [boundary(1, null, at('04:00')), boundary(2, at('04:00'), null)];
  expect([boundaryAt(both, ms('03:59'))?.id, boundaryAt(both, ms('04:00'))?.id]).toEqual([1, 2]);
  expect(boundaryAt([boundary(3, at('04:00'), null)], ms('03:00'))).toBeNull();
});

const verdict = (rule: string, ...intervals: [string, string][]): Verdict =>
  ({ rule, intervals: intervals.map(([from, to]) => [at(from), at(to)]) }) as unknown as Verdict;

const answer = {
  days: [{ date: '2026-11-03', verdicts: [verdict('BASE-3', ['01:00', '01:30'], ['02:00', '02:10'])] }],
  weeks: [{ week: '2026-W45', verdicts: [verdict('BASE-4', ['01:00', '01:30'], ['22:00', '23:00'])] }],
  patrols: [
    { date: '2026-11-03', start: at('01:00'), end: at('03:00'), verdicts: [verdict('XY-2')] },
    { date: '2026-11-04', start: at('01:00'), end: at('03:00'), verdicts: [verdict('XY-2')] },
  ],
} as unknown as DaysAnswer;
// The local day ends at 16:00 UTC.
const subjects = subjectsOf(answer, '2026-11-03', { from: ms('00:00') - 8 * 3_600_000, to: ms('16:00') });

test('rules of the day, of each patrol and of the week can be asked for, and the patrols themselves', () => {
  expect(subjects.map(({ key }) => key)).toEqual(['BASE-3', 'patrol.1', 'XY-2.1', 'BASE-4.week']);
  expect(ruleKey('XY-2', 1)).toBe('XY-2.1');
});

test('a choice is all intervals of a rule or one of them; of a week those of the day', () => {
  expect(spansOf(subjects, { key: 'BASE-3', part: null })).toHaveLength(2);
  expect(spansOf(subjects, { key: 'BASE-3', part: 2 })).toEqual([{ from: ms('02:00'), to: ms('02:10') }]);
  expect(spansOf(subjects, { key: 'BASE-4.week', part: null })).toHaveLength(1);
  expect(spansOf(subjects, { key: 'BASE-3', part: 9 })).toEqual([]);
  expect(spansOf(subjects, { key: 'nothing', part: null })).toEqual([]);
  expect(spansOf(subjects, null)).toEqual([]);
});

test('a moment counts for the rules whose intervals hold it', () => {
  expect(rulesAt(subjects, ms('01:10'))).toEqual(['BASE-3', 'BASE-4']);
  expect(rulesAt(subjects, ms('02:30'))).toEqual([]);
});

test('a link shows the same moment, rule, interval and speed', () => {
  const watched = { at: ms('01:10'), chosen: { key: 'XY-2.1', part: 3 }, speed: 300 } as const;
  const query = withWatched('?worker=W1', watched);
  expect(query).toBe('?worker=W1&at=2026-11-03T01:10:00Z&rule=XY-2.1&part=3&speed=300');
  expect(readWatched(query)).toEqual(watched);
});

test('what is as at the first visit is not in the address', () => {
  expect(withWatched('', readWatched(''))).toBe('');
});

test.each(['at=noon', 'at=2026-13-03T01:10:00Z', 'rule=<b>', 'part=2', 'rule=&part=1', 'speed=7', 'speed=1e9'])(
  'a wrong %s is as if it were not there',
  (query) => {
    expect(readWatched(`?${query}`)).toEqual(readWatched(''));
  },
);
