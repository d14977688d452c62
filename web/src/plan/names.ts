/** What a draft grid is called, and how its size reads. */
import type { Draft, DraftGrid } from '../api/types';
import { count } from '../format';
import { t } from './i18n';
import { lang } from '../look';
import { BAND_SIGN } from '../words';

type Named = Pick<DraftGrid, 'label' | 'code'>;

/** Return the end of a grid's code, or `+` and its label while it is new: as the program's own sentences do. */
export function nameOf({ label, code }: Named, community: string): string {
  if (!code) return `+${label}`;
  return code.startsWith(community) ? code.slice(community.length) || code : code;
}

/** Return the name of a grid of a draft. */
export function nameIn(draft: Draft, label: number): string {
  const grid = draft.grids.find((one) => one.label === label);
  return nameOf(grid ?? { label, code: null }, draft.community.code);
}

/** Return how much a grid holds of what its limits count. */
export function sizeOf(grid: Pick<DraftGrid, 'households' | 'people'>, { limits }: Draft): number {
  return limits.size === 'people' ? grid.people : grid.households;
}

/** Write an amount in what the limits count. */
export function inUnit(amount: number, { limits }: Draft): string {
  const n = count(amount, lang.value);
  return limits.size === 'people' ? t('{n} 人', { n }) : t('{n} 户', { n });
}

export type Band = DraftGrid['band'];

/** Return where an amount lies beside the limits. */
export function bandOf(amount: number, { limits: { least, most } }: Draft): Band {
  if (amount > most) return 'over';
  return amount < least ? 'under' : 'in';
}

/** Write an amount with the sign of its band. */
export function signed(amount: number, draft: Draft): string {
  return `${BAND_SIGN[bandOf(amount, draft)]} ${inUnit(amount, draft)}`.trim();
}

/** Write an amount with the sign of its band for narrow places, where the unit is known. */
export function signedNumber(amount: number, draft: Draft): string {
  return `${BAND_SIGN[bandOf(amount, draft)]} ${count(amount, lang.value)}`.trim();
}

/** Return how far a grid lies outside the limits. */
export function deviation(grid: DraftGrid, draft: Draft): number {
  const size = sizeOf(grid, draft);
  return Math.max(size - draft.limits.most, draft.limits.least - size);
}
