/** Stretches of time as numbers. */

/** Epoch milliseconds, `from` before `to`. */
export interface Span {
  from: number;
  to: number;
}

/** Return what an answer of the program writes as two times. */
export function spanOf(start: string, end: string): Span {
  return { from: Date.parse(start), to: Date.parse(end) };
}

/** Return the part of a span within another, `null` when there is none. */
export function within({ from, to }: Span, bounds: Span): Span | null {
  const part = { from: Math.max(from, bounds.from), to: Math.min(to, bounds.to) };
  return part.from <= part.to ? part : null;
}

/** Say whether a moment is in any of some spans, both ends included. */
export function holds(spans: readonly Span[], ms: number): boolean {
  return spans.some(({ from, to }) => from <= ms && ms <= to);
}

/** Join spans that touch or overlap; the answer is in the order of time. */
export function joined(spans: readonly Span[]): Span[] {
  const found: Span[] = [];
  for (const span of [...spans].sort((a, b) => a.from - b.from)) {
    const before = found.at(-1);
    if (before && span.from <= before.to) before.to = Math.max(before.to, span.to);
    else found.push({ ...span });
  }
  return found;
}
