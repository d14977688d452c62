/** Short names for the shapes of the generated document. */
import type { components, paths } from './schema';

type Schemas = components['schemas'];

export type About = Schemas['About'];
export type WorkersAnswer = Schemas['WorkerList'];
export type Worker = Schemas['WorkerListed'];
export type DaysAnswer = Schemas['WorkerDays'];
export type Day = Schemas['Day'];
export type Week = Schemas['Week'];
export type Patrol = Schemas['Patrol'];
export type Verdict = Schemas['Verdict'];
export type PeriodsAnswer = Schemas['WorkerPeriods'];
export type Period = Schemas['PeriodJudged'];
export type Sign = Schemas['Sign'];
export type RevisionsAnswer = Schemas['Revisions'];
export type Revision = Schemas['Revision'];

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

export type DraftListed = Schemas['Draft'];
export type NewDraft = Schemas['DraftNew'];
/** Buildings and lines of the map that are others than those a draft was made of. */
export interface GroundChanged {
  buildings: number;
  lines: number;
  since: string | null;
}
export type Draft = Schemas['DraftShown'] & { ground_changed?: GroundChanged | null };
export type DraftGrid = Schemas['DraftGrid'];
export type Check = Schemas['Check'];
export type Choice = Schemas['Choice'];
export type Done = Schemas['Done'];
export type Edited = Omit<Schemas['Edited'], 'scenario'> & { scenario: Draft };
export type Division = Schemas['GridCollection'];
export type TakenOver = Schemas['TakenOver'];
export type CountWanted = Omit<Schemas['CountWanted'], 'exact' | 'across'> & { exact?: boolean; across?: boolean };
export type Counted = Schemas['DrawnCounted'];
export type Published = Schemas['Division'];
export type Lineage = Schemas['Lineage'];
export type Proposal = Schemas['Proposal'];
export type Comparison = Schemas['Comparison'];
export type Edit = paths['/api/scenarios/{id}/edits']['post']['requestBody']['content']['application/json'];

export type Category = Schemas['CategoryShown'];
export type Located = Schemas['Located'];
export type NewReport = Schemas['ReportNew'];
export type WhatIsReported = Schemas['LookNew'];
export type LikelyDuplicate = Schemas['Duplicate'];
export type Incident = Schemas['IncidentShown'];
export type AttachmentShown = Schemas['AttachmentShown'];
export type IncidentKind = Schemas['Kind'];
export type IncidentLevel = Schemas['Level'];
export type IncidentQuery = NonNullable<paths['/api/incidents']['get']['parameters']['query']>;
export type IncidentCounts = Schemas['IncidentCounts'];
export type Light = Schemas['Light'];
export type Workflow = Schemas['WorkflowShown'];
export type MoveAllowed = Schemas['MoveAllowed'];
export type MoveMade = Schemas['MoveMade'];
export type MoveWanted = Omit<Schemas['MoveNew'], 'why'> & { why: string };
export type Alert = Schemas['Alert'];
export type LikelyPair = Schemas['DuplicatePair'];

export type LiveNews = Schemas['LiveNews'];
export type LiveBeat = Schemas['LiveBeat'];
export type LiveWorker = Schemas['LiveWorker'];
export type LiveGrid = Schemas['LiveGrid'];
export type LiveCell = Schemas['LiveCell'];
export type LiveAlert = Schemas['LiveAlert'];
export type WorkerState = LiveWorker['state'];
export type AlertKind = LiveAlert['kind'];
export type AlertTaker = Schemas['AlertTaker'];
