/** Where the evidence of a day can be fetched as a file. */
import type { Lang } from '../../language';
import type { Span } from './span';

export type FixesFormat = 'csv' | 'xlsx' | 'geojson' | 'gpx';

/** The address of a worker's fixes of a day with their flags. */
export function fixesAddress(code: string, { from, to }: Span, format: FixesFormat, lang: Lang): string {
  // Both ends of an interval are included; the last millisecond of a day is its own.
  const datetime = `${new Date(from).toISOString()}/${new Date(to - 1).toISOString()}`;
  return `/ogc/collections/track_points/export?${new URLSearchParams({ worker: code, datetime, f: format, lang })}`;
}

/** The address of all that the verdicts of a week stand on. */
export function evidenceAddress(code: string, week: string): string {
  return `/api/workers/${encodeURIComponent(code)}/weeks/${week}/evidence`;
}

/** The address of all that is held about a worker. */
export function heldAddress(code: string): string {
  return `/api/workers/${encodeURIComponent(code)}/data`;
}
