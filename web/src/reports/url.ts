/** What the address bar of the reports' page holds. */
import { queryText, writeLook, type Look } from '../url';
import { BYS, KINDS, REPORTS, STEPS, type By, type Kind, type Name, type Step } from './catalogue';
import { isPeriod } from './periods';

export interface Asked {
  report: Name;
  from: string | null;
  to: string | null;
  /** Of a bulletin or scorecards; `null` is the last whole week. */
  period: string | null;
  community: string | null;
  kind: Kind;
  resolution: number;
  step: Step;
  by: By;
}

export const USUAL: Asked = {
  report: 'hazards',
  from: null,
  to: null,
  period: null,
  community: null,
  kind: 'hazard',
  resolution: 10,
  step: 'day',
  by: 'grid',
};

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Read a query string; what it holds wrongly is as at the first visit. */
export function readAsked(search: string): Asked {
  const query = new URLSearchParams(search);
  const oneOf = <T extends string>(all: readonly T[], name: string, usual: T): T =>
    all.find((one) => one === query.get(name)) ?? usual;
  const day = (name: string): string | null => {
    const text = query.get(name) ?? '';
    return DAY.test(text) && !Number.isNaN(Date.parse(text)) ? text : null;
  };
  const period = query.get('period') ?? '';
  const resolution = Number(query.get('resolution'));
  const [from, to] = [day('from'), day('to')];
  return {
    report: oneOf(
      REPORTS.map(({ name }) => name),
      'report',
      USUAL.report,
    ),
    from,
    to: from && to && to < from ? null : to,
    period: isPeriod(period) ? period : null,
    community: query.get('community') || null,
    kind: oneOf(KINDS, 'kind', USUAL.kind),
    resolution: [9, 10, 11].includes(resolution) ? resolution : USUAL.resolution,
    step: oneOf(STEPS, 'step', USUAL.step),
    by: oneOf(BYS, 'by', USUAL.by),
  };
}

/** Write the query string that `readAsked` reads; what is as at the first visit is left out. */
export function writeAsked(asked: Asked, look: Look): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(asked)) {
    if (value !== null && value !== USUAL[name as keyof Asked]) query.set(name, String(value));
  }
  writeLook(query, look);
  return queryText(query);
}

