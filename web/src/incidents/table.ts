/** Incidents as rows of a table: times as the program writes them, words in the language of the page. */
import type { IncidentFeature } from '../api/shapes';
import type { Cell } from '../csv';

const COLUMNS = [
  'code',
  'kind',
  'category_code',
  'category',
  'title',
  'severity',
  'emergency',
  'state',
  'state_kind',
  'light',
  'level',
  'reported_at',
  'deadline',
  'red_at',
  'closed_at',
  'address',
  'grid_code',
] as const;

/** Return the rows of a table, the names of its columns first; of what has no position two cells stay empty. */
export function rowsOf(features: readonly IncidentFeature[]): Cell[][] {
  const row = ({ geometry, properties }: IncidentFeature): Cell[] => [
    ...COLUMNS.map((name): Cell => {
      const value = properties[name];
      return typeof value === 'boolean' ? String(value) : value;
    }),
    geometry?.coordinates[0] ?? null,
    geometry?.coordinates[1] ?? null,
  ];
  return [[...COLUMNS, 'lon', 'lat'], ...features.map(row)];
}
