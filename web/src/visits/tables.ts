/** The lists as tables for a spreadsheet: in codes and ISO times, as the program answers. */
import type { Appointment, CounterList, DueVisit, GridCovered, KeyPlace, Visit } from '../api/visits';
import type { Cell } from '../csv';

type Table = Cell[][];

export function dueTable(rows: readonly DueVisit[]): Table {
  const head = ['target', 'class', 'grid', 'state', 'due_on', 'overdue_since', 'missed', 'last_visit', 'rule', 'profile', 'lon', 'lat'];
  return [
    head,
    ...rows.map((one) => [
      one.target, one.visit_class, one.grid, one.state, one.due_on, one.overdue_since, one.missed, one.last_visit,
      one.rule, one.profile, one.lon, one.lat,
    ]),
  ];
}

export function madeTable(rows: readonly Visit[]): Table {
  const head = ['code', 'at', 'target', 'class', 'worker', 'mode', 'counts', 'by_stand_in', 'withdrawn_at', 'withdrawn_why', 'track', 'nearest_m', 'stayed_s'];
  return [
    head,
    ...rows.map((one) => [
      one.code, one.at, one.target, one.visit_class, one.worker, one.mode, String(one.counts), String(one.by_stand_in),
      one.withdrawn?.at ?? null, one.withdrawn?.why ?? null, one.proof?.state ?? null, one.proof?.nearest_m ?? null,
      one.proof?.stayed_s ?? null,
    ]),
  ];
}

export function appointmentTable(rows: readonly Appointment[]): Table {
  return [
    ['code', 'from', 'until', 'target', 'class', 'worker', 'state'],
    ...rows.map((one) => [one.code, one.from, one.until, one.target, one.visit_class, one.worker, one.state]),
  ];
}

export function coverageTable(period: string, rows: readonly GridCovered[]): Table {
  const head = ['period', 'grid', 'class', 'rule', 'due', 'asked', 'done', 'left', 'percent', 'households', 'without_a_target'];
  return [
    head,
    ...rows.map((one) => [
      period, one.grid, one.visit_class, one.rule, one.due, one.asked, one.done, one.left, one.percent, one.households,
      one.without_a_target,
    ]),
  ];
}

export function counterTable({ first, last, grids }: CounterList): Table {
  return [
    ['from', 'to', 'grid', 'class', 'due', 'done'],
    ...grids.map((one) => [first, last, one.grid, one.visit_class, one.due, one.done]),
  ];
}

export function placeTable(rows: readonly KeyPlace[]): Table {
  return [
    ['date', 'grid', 'worker', 'place', 'nearest_m', 'stayed_s', 'is_inspected', 'within_m', 'at_least_s'],
    ...rows.map((one) => [
      one.date, one.grid, one.worker_code, one.place, one.nearest_m, one.stayed_s, String(one.is_inspected),
      one.asked.within_m, one.asked.at_least_s,
    ]),
  ];
}
