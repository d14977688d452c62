/** Short names for the shapes of the generated document. */
import type { components } from './schema';

type Schemas = components['schemas'];

export type About = Schemas['About'];
export type WorkersAnswer = Schemas['WorkerList'];
export type Worker = Schemas['WorkerListed'];
export type DaysAnswer = Schemas['WorkerDays'];
export type Day = Schemas['Day'];
export type Week = Schemas['Week'];
export type Patrol = Schemas['Patrol'];
export type Verdict = Schemas['Verdict'];
export type Sign = Schemas['Sign'];
