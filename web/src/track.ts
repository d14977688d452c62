/** A track as the program judged it: runs of one class, and the fixes that it left out. */
import type { Feature, LineString, Point } from 'geojson';
import type { FlaggedFix, Run, SegmentClass, Track } from './api/shapes';

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

/** Add up the seconds of each class. */
export function secondsByClass(runs: readonly RunFeature[]): Record<SegmentClass, number> {
  const sums: Record<SegmentClass, number> = { inside: 0, uncertain: 0, outside: 0, unknown: 0 };
  for (const { properties } of runs) sums[properties.class] += properties.seconds;
  return sums;
}

/** A piece of the time line; `from` and `to` are shares of its length. */
export interface Piece {
  class: SegmentClass;
  from: number;
  to: number;
  start: string;
  end: string;
}

/**
 * Lay runs on a line from `start_ms` to `end_ms`, joining neighbours of one class.
 *
 * Runs are joined only when nothing lies between them: a break without fixes stays a break.
 */
export function piecesOf(runs: readonly RunFeature[], start_ms: number, end_ms: number): Piece[] {
  const share = (iso: string): number => (Date.parse(iso) - start_ms) / (end_ms - start_ms);
  const pieces: Piece[] = [];
  for (const { properties: run } of runs) {
    const last = pieces.at(-1);
    if (last && last.class === run.class && last.end === run.start) {
      last.to = share(run.end);
      last.end = run.end;
    } else {
      pieces.push({ class: run.class, from: share(run.start), to: share(run.end), start: run.start, end: run.end });
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
