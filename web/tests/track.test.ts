import { expect, test } from 'vitest';
import type { SegmentClass, Track } from '../src/api/shapes';
import { flaggedFixesOf, piecesOf, runsDuring, runsOf, secondsByClass } from '../src/track';

const at = (minute: number): string => `2026-11-11T08:${String(minute).padStart(2, '0')}:00+08:00`;

function run(name: SegmentClass, from: number, to: number): Track['features'][number] {
  return {
    type: 'Feature',
    geometry: { type: 'LineString', coordinates: [[112, 31], [113, 32]] },
    properties: { kind: 'segment', class: name, start: at(from), end: at(to), seconds: (to - from) * 60 },
  };
}

const fix: Track['features'][number] = {
  type: 'Feature',
  geometry: { type: 'Point', coordinates: [112, 31] },
  properties: { kind: 'fix', time: at(3), accuracy_m: 80, flags: ['bad_accuracy'], measure: 80 },
};

const track = (...features: Track['features']): Track => ({ type: 'FeatureCollection', features });

test('runs come in the order of time, whatever the order of the answer', () => {
  const runs = runsOf(track(run('outside', 10, 20), fix, run('inside', 0, 10)));
  expect(runs.map(({ properties }) => properties.class)).toEqual(['inside', 'outside']);
});

test('flagged fixes are told apart from runs', () => {
  expect(flaggedFixesOf(track(run('inside', 0, 5), fix))).toEqual([fix]);
});

test('seconds add up by class', () => {
  const runs = runsOf(track(run('inside', 0, 10), run('unknown', 10, 16), run('inside', 16, 20)));
  expect(secondsByClass(runs)).toEqual({ inside: 840, uncertain: 0, outside: 0, unknown: 360 });
});

test('neighbours of one class become one piece', () => {
  const pieces = piecesOf(runsOf(track(run('inside', 0, 5), run('inside', 5, 10))), Date.parse(at(0)), Date.parse(at(20)));
  expect(pieces).toEqual([{ class: 'inside', from: 0, to: 0.5, start: at(0), end: at(10) }]);
});

test('a break between two runs of one class stays a break', () => {
  const pieces = piecesOf(runsOf(track(run('inside', 0, 5), run('inside', 6, 10))), Date.parse(at(0)), Date.parse(at(10)));
  expect(pieces.map(({ from, to }) => [from, to])).toEqual([[0, 0.5], [0.6, 1]]);
});

test('a stretch of time leaves out what ended before it, whatever the offset it is written with', () => {
  const runs = runsOf(track(run('inside', 0, 10), run('outside', 10, 20)));
  const during = runsDuring(runs, '2026-11-11T00:10:00Z', '2026-11-11T00:12:00Z');
  expect(during.map(({ properties }) => properties.class)).toEqual(['outside']);
  expect(runsDuring(runs, at(30), at(40))).toEqual([]);
});
