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

export type Session = Schemas['Session'];
export type Role = Schemas['Role'];
export type Permission = Schemas['Permission'];
export type Provider = Schemas['SignInProvider'];
export type SessionsAnswer = Schemas['SessionList'];
export type OpenSession = Schemas['SessionListed'];
export type TokensAnswer = Schemas['TokenList'];
export type Token = Schemas['TokenListed'];
export type NewToken = Schemas['TokenNew'];
export type MadeToken = Schemas['TokenMade'];
export type AccountsAnswer = Schemas['AccountList'];
export type Account = Schemas['AccountListed'];
export type NewAccount = Schemas['AccountNew'];
export type MadeLink = Schemas['LinkMade'];
export type Looks = Schemas['Looks'];
