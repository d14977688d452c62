/** What a new password has to be; the program decides, this tells it before (gis_grid/accounts/passwords.py). */
export const SHORTEST = 12;
export const LONGEST = 200;
export const FEWEST_DIFFERENT = 6;

export type Strength = 'none' | 'weak' | 'enough' | 'good';

export interface Checked {
  long: boolean;
  different: boolean;
  strength: Strength;
}

/** Check what can be checked without knowing the account or the common passwords. */
export function checked(password: string): Checked {
  const settled = password.normalize('NFKC');
  const length = [...settled].length;
  const varied = new Set(settled.toLowerCase()).size;
  const long = length >= SHORTEST && length <= LONGEST;
  const different = varied >= FEWEST_DIFFERENT;
  return { long, different, strength: strengthOf(length, varied, long && different) };
}

function strengthOf(length: number, varied: number, passes: boolean): Strength {
  if (length === 0) return 'none';
  if (!passes) return 'weak';
  return length >= 16 && varied >= 10 ? 'good' : 'enough';
}
