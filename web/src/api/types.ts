/** Short names for the shapes of the generated document. */
import type { components } from './schema';

type Schemas = components['schemas'];

export type WorkersAnswer = Schemas['Workers'];
export type Worker = Schemas['Worker'];
export type DaysAnswer = Schemas['Days'];
export type Day = Schemas['Day'];
export type Week = Schemas['Week'];
export type Patrol = Schemas['Patrol'];
export type Verdict = Schemas['Verdict'];
export type Sign = Schemas['Sign'];
