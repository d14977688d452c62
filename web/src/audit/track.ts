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

/** A stretch on the time line; `from` and `to` are shares of its length. */
export interface Piece extends Stretch {
  from: number;
  to: number;
}

/**
 * Lay stretches on a line from the first start to the last end, joining neighbours of one class.
 *
 * Stretches are joined only when nothing lies between them: a break between two patrols stays a break.
 */
export function piecesOf(stretches: readonly Stretch[]): Piece[] {
  const first = Math.min(...stretches.map(({ start }) => Date.parse(start)));
  const last = Math.max(...stretches.map(({ end }) => Date.parse(end)));
  const share = (iso: string): number => (Date.parse(iso) - first) / (last - first);
  const pieces: Piece[] = [];
  for (const { class: name, start, end } of stretches) {
    const before = pieces.at(-1);
    if (before && before.class === name && before.end === start) {
      before.to = share(end);
      before.end = end;
    } else {
      pieces.push({ class: name, from: share(start), to: share(end), start, end });
    }
  }
  return pieces;
}

/** Return the runs that overlap a stretch of time. */
export function runsDuring(runs: readonly RunFeature[], start: string, end: string): RunFeature[] {
  const from = Date.parse(start);
  const to = Date.parse(end);
  return runs.filter(({ properties: run }) => Date.parse(run.start) < to && Date.parse(run.end) > from);
}
