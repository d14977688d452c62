/** Moments and speeds as they are written; units are the same in both languages. */
import { clock } from '../../format';

/** Write a moment as a time of day: `08:31:05`. */
export function clockAt(ms: number, zone: string): string {
  return clock(new Date(ms).toISOString(), zone);
}

/** Write a moment as hours and minutes: `08:31`. */
export function shortClockAt(ms: number, zone: string): string {
  return clockAt(ms, zone).slice(0, 5);
}

/** Write a speed of a walk: `4.3 km/h`. */
export function kilometresAnHour(mps: number): string {
  return `${(mps * 3.6).toFixed(1)} km/h`;
}

/** Write how much faster than life: `60×`. */
export function times(speed: number): string {
  return `${speed}×`;
}
