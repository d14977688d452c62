/** What is known at a moment, and from which fix. */
import type { SegmentClass } from '../../api/shapes';
import type { Lineage } from '../../api/types';
import type { FixFeature, Stretch } from '../track';
import { indexAt, speedBetween, type Path } from './path';

export interface Evidence {
  class: SegmentClass | null;
  /** The last fix at or before the moment; `null` where none came yet. */
  fix: FixBehind | null;
  /** Until the next fix comes; `null` behind the last. */
  nextMs: number | null;
  /** Fixes left out between this one and the next. */
  leftOut: readonly FixFeature[];
}

export interface FixBehind {
  /** Which one of how many, from 1. */
  number: number;
  of: number;
  takenMs: number;
  accuracyM: number | null;
  /** What the device measured. */
  deviceMps: number | null;
  /** What the way to the next fix comes to. */
  wayMps: number | null;
}

interface Walked {
  path: Path;
  stretches: readonly Stretch[];
  flagged: readonly FixFeature[];
}

/** Return the class of a moment; `null` off duty. Where two stretches meet, it is the later one's. */
export function classAt(stretches: readonly Stretch[], ms: number): SegmentClass | null {
  const found = stretches.findLast(({ start, end }) => Date.parse(start) <= ms && ms <= Date.parse(end));
  return found?.class ?? null;
}

/** Return the evidence for a moment. */
export function evidenceAt({ path, stretches, flagged }: Walked, ms: number): Evidence {
  const index = indexAt(path, ms);
  const nextMs = path.t[index + 1] ?? null;
  const sinceMs = path.t[index] ?? -Infinity;
  const isLeftOut = ({ properties: { time } }: FixFeature): boolean =>
    Date.parse(time) >= sinceMs && Date.parse(time) < (nextMs ?? Infinity);
  return {
    class: classAt(stretches, ms),
    fix: index < 0 ? null : fixBehind(path, index),
    nextMs,
    leftOut: flagged.filter(isLeftOut),
  };
}

function fixBehind(path: Path, index: number): FixBehind {
  return {
    number: index + 1,
    of: path.t.length,
    takenMs: path.t[index] as number,
    accuracyM: path.accuracyM[index] ?? null,
    deviceMps: path.speedMps[index] ?? null,
    wayMps: speedBetween(path, index),
  };
}

export type BoundaryShown = Lineage['boundaries'][number];

/** Return the boundary in force at a moment. */
export function boundaryAt(boundaries: readonly BoundaryShown[], ms: number): BoundaryShown | null {
  const isInForce = ({ valid_from: from, valid_to: to }: BoundaryShown): boolean =>
    (from === null || Date.parse(from) <= ms) && (to === null || ms < Date.parse(to));
  return boundaries.find(isInForce) ?? null;
}
