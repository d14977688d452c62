/** A track as the program judged it: runs of one class, and the fixes that it left out. */
import type { Feature, LineString, Point } from 'geojson';
import type { FlaggedFix, Run, SegmentClass, Track } from '../api/shapes';

export type RunFeature = Feature<LineString, Run>;
export type FixFeature = Feature<Point, FlaggedFix>;

/** Return the runs of a track in the order of time. */
export function runsOf(track: Track): RunFeature[] {
  const runs = track.features.filter((feature): feature is RunFeature => feature.properties.kind === 'segment');
  return runs.sort((a, b) => Date.parse(a.properties.start) - Date.parse(b.properties.start));
}

/** Return the fixes that were left out of judging. */
export function flaggedFixesOf(track: Track): FixFeature[] {
  return track.features.filter((feature): feature is FixFeature => feature.properties.kind === 'fix');
}

/** A stretch of time in which a worker was of one class. */
export interface Stretch {
  class: SegmentClass;
  start: string;
  end: string;
}

/** Return the runs as stretches, and what of the patrols no run covers: unknown, since no fix tells of it. */
export function stretchesOf(runs: readonly RunFeature[], patrols: readonly { start: string; end: string }[]): Stretch[] {
  const known = runs.map(({ properties: { class: name, start, end } }) => ({ class: name, start, end }));
  const unknown = patrols.flatMap((patrol) => uncovered(patrol, known));
  return [...known, ...unknown].sort((a, b) => Date.parse(a.start) - Date.parse(b.start));
}

function uncovered({ start, end }: { start: string; end: string }, known: readonly Stretch[]): Stretch[] {
  const found: Stretch[] = [];
  let reached = start;
  for (const stretch of known) {
    if (Date.parse(stretch.end) <= Date.parse(reached) || Date.parse(stretch.start) >= Date.parse(end)) continue;
    if (Date.parse(stretch.start) > Date.parse(reached)) {
      found.push({ class: 'unknown', start: reached, end: stretch.start });
    }
    reached = stretch.end;
  }
  if (Date.parse(reached) < Date.parse(end)) found.push({ class: 'unknown', start: reached, end });
  return found;
}

/** Add up the seconds of each class. */
export function secondsByClass(stretches: readonly Stretch[]): Record<SegmentClass, number> {
  const sums: Record<SegmentClass, number> = { inside: 0, uncertain: 0, outside: 0, unknown: 0 };
  for (const { class: name, start, end } of stretches) sums[name] += (Date.parse(end) - Date.parse(start)) / 1000;
  return sums;
}

/**
 * Join neighbours of one class.
 *
 * They are joined only when nothing lies between them: a break between two patrols stays a break.
 */
export function joinedStretches(stretches: readonly Stretch[]): Stretch[] {
  const found: Stretch[] = [];
  for (const stretch of stretches) {
    const before = found.at(-1);
    if (before && before.class === stretch.class && before.end === stretch.start) before.end = stretch.end;
    else found.push({ ...stretch });
  }
  return found;
}
