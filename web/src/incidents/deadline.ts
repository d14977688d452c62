/** By when an incident is due, in numbers that people read: rounded so that nothing seems longer than it is. */
export interface Left {
  amount: number;
  unit: 'h' | 'min';
  /** The deadline has passed, by so much. */
  over: boolean;
}

/** Return how long there is until a deadline, or since: hours from three on whole, else minutes. */
export function timeLeft(hours: number): Left {
  const over = hours < 0;
  const minutes = Math.floor(Math.abs(hours) * 60 + 1e-6);
  return minutes >= 180 ? { amount: Math.floor(minutes / 60), unit: 'h', over } : { amount: minutes, unit: 'min', over };
}

export type Sign = 'emergency' | 'red' | 'yellow' | 'open' | 'closed';

/** Each differs in shape, not only in colour. */
export const SHAPE: Record<Sign, string> = { emergency: '★', red: '◆', yellow: '▲', open: '●', closed: '○' };

export const SIGNS = Object.keys(SHAPE) as readonly Sign[];

/** Return the sign of an incident: what is worst about it. */
export function signOf(incident: { state_kind: string; emergency: boolean; light: string }): Sign {
  if (incident.state_kind === 'closed') return incident.light === 'red' || incident.light === 'yellow' ? incident.light : 'closed';
  if (incident.emergency) return 'emergency';
  return incident.light === 'red' || incident.light === 'yellow' ? incident.light : 'open';
}

/** Return how old something is, in whole minutes. */
export function ageMinutes(at: number, now: number): number {
  return Math.max(0, Math.floor((now - at) / 60_000));
}
