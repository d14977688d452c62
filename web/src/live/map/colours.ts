/** Colours of the live map: Okabe-Ito, and each beside a shape, a number or a pattern. */
import type { AlertKind, WorkerState } from '../../api/types';
import type { Theme } from '../../url';
import type { Seen } from '../seen';

/** From blue (just now) to vermilion (long ago): told apart with any kind of sight. Never today is hatched. */
export const SEEN_COLOUR: Record<Theme, Record<Seen, string>> = {
  light: { half: '#0072b2', hour: '#56b4e9', two: '#e69f00', more: '#d55e00', never: '#6b7280' },
  dark: { half: '#1f87c9', hour: '#7cc4ee', two: '#e69f00', more: '#e8682a', never: '#8792a0' },
};

export const STATE_COLOUR: Record<Theme, Record<WorkerState, string>> = {
  light: {
    in_grid: '#006a4e',
    out_of_grid: '#b34a00',
    silent: '#9a3f78',
    overdue: '#7a5600',
    not_started: '#3f4650',
    off_duty: '#5f6772',
  },
  dark: {
    in_grid: '#2ecb9b',
    out_of_grid: '#ff8a4c',
    silent: '#e5a3c8',
    overdue: '#f5c84c',
    not_started: '#e8ebef',
    off_duty: '#a3adb9',
  },
};

export function alertColour(theme: Theme): Record<AlertKind, string> {
  const { out_of_grid, silent, overdue, not_started } = STATE_COLOUR[theme];
  return { emergency: theme === 'dark' ? '#ff6b6b' : '#b3001b', out_of_grid, silent, overdue, not_started };
}
