import { expect, test } from 'vitest';
import type { SegmentClass, Track } from '../src/api/shapes';
import { flaggedFixesOf, joinedStretches, runsOf, secondsByClass, stretchesOf, type Stretch } from '../src/audit/track';

const at = (minute: number): string => `2026-11-11T08:${String(minute).padStart(2, '0')}:00+08:00`;

function run(name: SegmentClass, from: number, to: number): Track['features'][number] {
  return {
    type: 'Feature',
    geometry: { type: 'LineString', coordinates: [[112, 31], [113, 32]] },
    properties: {
      kind: 'segment',
      class: name,
      start: at(from),
      end: at(to),
      seconds: (to - from) * 60,
      t_ms: [from, to].map((minute) => Date.parse(at(minute))),
      accuracy_m: [5, 5],
      speed_mps: [null, null],
    },
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

const stretch = (name: SegmentClass, from: number, to: number): Stretch => ({ class: name, start: at(from), end: at(to) });

test('what of a patrol no run covers is unknown, at its edges and in its middle', () => {
  const runs = runsOf(track(run('inside', 5, 10), run('outside', 12, 20)));
  expect(stretchesOf(runs, [{ start: at(2), end: at(21) }])).toEqual([
    stretch('unknown', 2, 5),
    stretch('inside', 5, 10),
    stretch('unknown', 10, 12),
    stretch('outside', 12, 20),
    stretch('unknown', 20, 21),
  ]);
});

test('time between two patrols is not unknown', () => {
  const runs = runsOf(track(run('inside', 0, 10), run('inside', 30, 40)));
  const patrols = [
    { start: at(0), end: at(10) },
    { start: at(30), end: at(40) },
  ];
  expect(stretchesOf(runs, patrols)).toHaveLength(2);
});

test('seconds add up by class', () => {
  const stretches = [stretch('inside', 0, 10), stretch('unknown', 10, 16), stretch('inside', 16, 20)];
  expect(secondsByClass(stretches)).toEqual({ inside: 840, uncertain: 0, outside: 0, unknown: 360 });
});

test('neighbours of one class become one', () => {
  const joined = joinedStretches([stretch('inside', 0, 5), stretch('inside', 5, 10), stretch('outside', 10, 20)]);
  expect(joined).toEqual([stretch('inside', 0, 10), stretch('outside', 10, 20)]);
});

test('a break between two stretches of one class stays a break', () => {
  const apart = [stretch('inside', 0, 5), stretch('inside', 6, 10)];
  expect(joinedStretches(apart)).toEqual(apart);
});
