/** The day on a line: stretches with a track to scale, and what lies between them drawn together. */
import { kept } from './clock';
import type { Span } from './span';

/** A stretch of time and the part of the line that it takes, in shares of its length. */
interface Leg extends Span {
  start: number;
  end: number;
}

/** Between sessions of duty nothing is known; so much of the line is enough to say so. */
const BREAK_SHARE = 0.025;

export interface Scale {
  /** Where a moment is on the line, from 0 to 1. */
  shareOf(ms: number): number;
  /** Which moment is at a place of the line. */
  momentAt(share: number): number;
  /** The breaks, in shares. */
  breaks: readonly { start: number; end: number }[];
}

/** Return the scale of stretches that are in the order of time and do not touch. */
export function scaleOf(covered: readonly Span[]): Scale {
  const [first, last] = [covered[0], covered.at(-1)];
  if (!first || !last) return { shareOf: () => 0, momentAt: () => 0, breaks: [] };
  const whole: Span = { from: first.from, to: last.to };
  const legs = legsOf(covered);
  const breaks = legs.filter((_, index) => index % 2 === 1);
  return {
    breaks,
    shareOf: (ms) => {
      const there = kept(ms, whole);
      const leg = legs.find(({ to }) => there <= to) as Leg;
      return between(there, leg.from, leg.to, leg.start, leg.end);
    },
    momentAt: (share) => {
      const leg = legs.find(({ end }) => share <= end) ?? (legs.at(-1) as Leg);
      return kept(between(share, leg.start, leg.end, leg.from, leg.to), whole);
    },
  };
}

/** Stretches and breaks in turn. */
function legsOf(covered: readonly Span[]): Leg[] {
  const time = covered.reduce((sum, { from, to }) => sum + to - from, 0);
  const room = 1 - BREAK_SHARE * (covered.length - 1);
  const legs: Leg[] = [];
  let reached = 0;
  const add = (span: Span, share: number): void => {
    legs.push({ ...span, start: reached, end: reached + share });
    reached += share;
  };
  covered.forEach((span, index) => {
    const before = covered[index - 1];
    if (before) add({ from: before.to, to: span.from }, BREAK_SHARE);
    add(span, time > 0 ? ((span.to - span.from) / time) * room : room / covered.length);
  });
  return legs;
}

function between(value: number, from: number, to: number, start: number, end: number): number {
  return to > from ? start + ((value - from) / (to - from)) * (end - start) : start;
}
