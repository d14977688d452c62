/** What of a day can be asked for on the map: a rule with its intervals, a patrol. */
import type { DaysAnswer, Verdict } from '../../api/types';
import { isoWeek } from '../../format';
import { holds, spanOf, within, type Span } from './span';

/** A subject, and which of its intervals, counted from 1; `null`: all of them. */
export interface Chosen {
  key: string;
  part: number | null;
}

export interface Subject {
  key: string;
  /** `null` for a patrol. */
  verdict: Verdict | null;
  spans: readonly Span[];
}

/** Name a rule of the day, of its n-th patrol, or of the week. */
export function ruleKey(rule: string, of: number | 'week' | null = null): string {
  return of === null ? rule : `${rule}.${of}`;
}

/** Name the n-th patrol of the day. */
export function patrolKey(n: number): string {
  return `patrol.${n}`;
}

/** Return all that can be asked for on a day; of a rule of the week only what is within `day`. */
export function subjectsOf(answer: DaysAnswer, date: string, day: Span): Subject[] {
  const ofDay = answer.days.find((other) => other.date === date)?.verdicts ?? [];
  const ofWeek = answer.weeks.find(({ week }) => week === isoWeek(date))?.verdicts ?? [];
  const patrols = answer.patrols.filter((patrol) => patrol.date === date);
  const subject = (verdict: Verdict, of: number | 'week' | null): Subject => {
    const spans = verdict.intervals.map(([start, end]) => spanOf(start, end));
    const inDay = of === 'week' ? spans.flatMap((span) => within(span, day) ?? []) : spans;
    return { key: ruleKey(verdict.rule, of), verdict, spans: inDay };
  };
  return [
    ...ofDay.map((verdict) => subject(verdict, null)),
    ...patrols.flatMap(({ start, end, verdicts }, index) => [
      { key: patrolKey(index + 1), verdict: null, spans: [spanOf(start, end)] },
      ...verdicts.map((verdict) => subject(verdict, index + 1)),
    ]),
    ...ofWeek.map((verdict) => subject(verdict, 'week')),
  ];
}

/** Return the spans that a choice stands for; none when there is no such subject. */
export function spansOf(subjects: readonly Subject[], chosen: Chosen | null): readonly Span[] {
  const spans = subjects.find(({ key }) => key === chosen?.key)?.spans ?? [];
  return chosen?.part ? spans.slice(chosen.part - 1, chosen.part) : spans;
}

/** Return the rules that a moment counts for, each once. */
export function rulesAt(subjects: readonly Subject[], ms: number): string[] {
  const counting = subjects.filter(({ verdict, spans }) => verdict && holds(spans, ms));
  return [...new Set(counting.map(({ verdict }) => (verdict as Verdict).rule))];
}
