/** Where the program gives out what was asked for: as a page, and as files of each kind. */
import type { Lang } from '../language';
import type { Theme } from '../url';
import { reportOf } from './catalogue';
import { lastDay, firstDay } from './periods';
import type { Asked } from './url';

/** Return the query of what a report can be asked; what it cannot is left out. */
function queryOf(asked: Asked): URLSearchParams {
  const { ofPeriod, ofKind, levels, steps, by } = reportOf(asked.report);
  const query = new URLSearchParams();
  const put = (name: string, value: string | number | null | undefined): void => {
    if (value !== null && value !== undefined) query.set(name, String(value));
  };
  if (ofPeriod) put('period', asked.period);
  else {
    put('from', asked.from);
    put('to', asked.to);
  }
  put('community', asked.community);
  if (ofKind) put('kind', asked.kind);
  if (levels) put('resolution', levels.includes(asked.resolution) ? asked.resolution : levels[0]);
  if (steps) put('step', asked.step);
  if (by) put('by', asked.by);
  return query;
}

/** Return the address of a report in the sandboxed frame. */
export function frameAddress(asked: Asked, lang: Lang, theme: Theme): string {
  const query = queryOf(asked);
  query.set('lang', lang);
  query.set('theme', theme);
  query.set('framed', '1');
  return `/reports/${asked.report}?${query}`;
}

/** Return the address of a report as a page of its own, with all conditions that it can be asked. */
export function ownAddress(asked: Asked, lang: Lang): string {
  const query = queryOf(asked);
  query.set('lang', lang);
  return `/reports/${asked.report}?${query}`;
}

export type FileKind = 'HTML' | 'PDF' | 'CSV' | 'XLSX' | 'GeoJSON';

export interface FileOf {
  kind: FileKind;
  address: string;
}

/** Return the files of a report: itself, and what it tells of as tables and features where there are such. */
export function filesOf(asked: Asked, lang: Lang): FileOf[] {
  const itself = (kind: 'html' | 'pdf'): string => {
    const query = queryOf(asked);
    query.set('lang', lang);
    query.set('download', '1');
    query.set('f', kind);
    return `/reports/${asked.report}?${query}`;
  };
  return [{ kind: 'HTML', address: itself('html') }, { kind: 'PDF', address: itself('pdf') }, ...dataOf(asked)];
}

function dataOf(asked: Asked): FileOf[] {
  switch (asked.report) {
    case 'hazards':
    case 'film':
      return exportsOf('heat_cells', asked);
    case 'hotspots': {
      const query = queryOf(asked);
      query.set('hot_spots', '1');
      return [{ kind: 'GeoJSON', address: `/api/heat/cells?${query}` }];
    }
    case 'visits':
      return exportsOf('visit_cells', asked);
    case 'rates':
      return [{ kind: 'GeoJSON', address: `/api/heat/rates?${queryOf(asked)}` }];
    case 'analysis':
      return [];
    case 'scorecards':
      // Patrols are listed by worker and not by place.
      return asked.community === null && asked.period ? exportsOf('patrols', asked, ['CSV', 'XLSX']) : [];
  }
}

function exportsOf(collection: string, asked: Asked, kinds: FileKind[] = ['CSV', 'XLSX', 'GeoJSON']): FileOf[] {
  return kinds.map((kind) => {
    const query = new URLSearchParams({ f: kind.toLowerCase() });
    const days = interval(asked);
    if (days) query.set('datetime', days);
    const { ofKind, levels, ofPeriod } = reportOf(asked.report);
    if (asked.community && !ofPeriod) query.set('community', asked.community);
    if (ofKind) query.set('kind', asked.kind);
    if (levels) query.set('resolution', String(levels.includes(asked.resolution) ? asked.resolution : levels[0]));
    return { kind, address: `/ogc/collections/${collection}/export?${query}` };
  });
}

/** Return the days as open standards write an interval; `null` for all. */
function interval({ report, from, to, period }: Asked): string | null {
  if (reportOf(report).ofPeriod) return period && `${firstDay(period)}/${lastDay(period)}`;
  return from || to ? `${from ?? '..'}/${to ?? '..'}` : null;
}
