/** The requests of visits: what is due, what was made, appointments, coverage, key places. */
import { body, client } from './request';
import type { components, paths } from './schema';

type Schemas = components['schemas'];

export type DueVisit = Schemas['Due'];
export type DueList = Schemas['DueList'];
export type Visit = Schemas['Visit'];
export type VisitList = Schemas['VisitList'];
export type Appointment = Schemas['Appointment'];
export type AppointmentList = Schemas['AppointmentList'];
export type Coverage = Schemas['Coverage'];
export type GridCovered = Schemas['GridCovered'];
export type CounterList = Schemas['CounterList'];
export type Counter = Schemas['Counter'];
export type CounterEntered = Schemas['CounterEntered'];
export type VisitReport = Schemas['VisitReport'];
export type NewAppointment = Schemas['AppointmentMade'];
export type WhyWithdrawn = Schemas['Withdrawal']['why'];
export type WhyCalledOff = Schemas['CalledOff']['why'];
export type Proof = Schemas['Proof'];
export type KeyPlace = Schemas['KeyPlace'];
export type KeyPlaces = Schemas['KeyPlaces'];

export type DueQuery = NonNullable<paths['/api/visits/due']['get']['parameters']['query']>;

/** Some local days of a grid; what is left out is as the program has it. */
export interface Days {
  from?: string;
  to?: string;
  grid?: string;
  limit?: number;
}

/** What is due and overdue, the most pressing first. */
export function fetchDue(query: DueQuery, signal?: AbortSignal): Promise<DueList> {
  return body(client.GET('/api/visits/due', { params: { query }, ...(signal && { signal }) }));
}

/** The visits that were made, newest first, with what the track says of them. */
export function fetchVisits(query: Days, signal?: AbortSignal): Promise<VisitList> {
  return body(client.GET('/api/visits', { params: { query }, ...(signal && { signal }) }));
}

/** Report a visit; sent again with the same code it is the same visit. */
export function reportVisit(sent: VisitReport): Promise<Visit> {
  return body(client.POST('/api/visits', { body: sent }));
}

/** Take a visit back: it stays, and does not count. */
export function withdrawVisit(code: string, why: WhyWithdrawn): Promise<Visit> {
  return body(client.POST('/api/visits/{code}/withdrawal', { params: { path: { code } }, body: { why } }));
}

/** Appointments and what became of them. */
export function fetchAppointments({ limit: _, ...query }: Days, signal?: AbortSignal): Promise<AppointmentList> {
  return body(client.GET('/api/visits/appointments', { params: { query }, ...(signal && { signal }) }));
}

/** Keep when one agreed to come. */
export function makeAppointment(sent: NewAppointment): Promise<Appointment> {
  return body(client.POST('/api/visits/appointments', { body: sent }));
}

/** Call an appointment off. */
export function callOff(code: string, why: WhyCalledOff): Promise<Appointment> {
  return body(client.POST('/api/visits/appointments/{code}/end', { params: { path: { code } }, body: { why } }));
}

/** How much of what is to be visited was visited in a quarter. */
export function fetchCoverage(query: { period?: string; grid?: string }, signal: AbortSignal): Promise<Coverage> {
  return body(client.GET('/api/visits/coverage', { params: { query }, signal }));
}

/** Due and done of what is only counted. */
export function fetchCounters({ limit: _, ...query }: Days, signal: AbortSignal): Promise<CounterList> {
  return body(client.GET('/api/visits/counters', { params: { query }, signal }));
}

/** Enter due and done of what is only counted; entered again, it is corrected. */
export function enterCounter(sent: CounterEntered): Promise<Counter> {
  return body(client.PUT('/api/visits/counters', { body: sent }));
}

/** How the key places of one's grids were inspected, newest first. */
export function fetchKeyPlaces(query: Days, signal?: AbortSignal): Promise<KeyPlaces> {
  return body(client.GET('/api/visits/key-places', { params: { query }, ...(signal && { signal }) }));
}
