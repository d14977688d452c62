import { expect, test } from 'vitest';
import { filesOf, frameAddress } from '../src/reports/addresses';
import { dayAfter, firstDay, isPeriod, lastDay, lengthOf, periodOf, stepped } from '../src/reports/periods';
import { readAsked, USUAL, writeAsked } from '../src/reports/url';

const look = { lang: 'zh', theme: null } as const;

test('a period knows its days, and a day its period', () => {
  expect(firstDay('2026-W45')).toBe('2026-11-02');
  expect(lastDay('2026-W45')).toBe('2026-11-08');
  expect(lastDay('2026-02')).toBe('2026-02-28');
  expect(periodOf('2027-01-01', 'week')).toBe('2026-W53');
  expect(firstDay('2026-W53')).toBe('2026-12-28');
  expect(periodOf('2026-11-05', 'month')).toBe('2026-11');
  expect(lengthOf('2026-11-05')).toBe('day');
  expect(dayAfter('2026-12-31', 1)).toBe('2027-01-01');
});

test('periods follow each other over the end of a year', () => {
  expect(stepped('2026-W53', 1)).toBe('2027-W01');
  expect(stepped('2027-01', -1)).toBe('2026-12');
  expect(stepped('2026-01-01', -1)).toBe('2025-12-31');
});

test('what is no period is none', () => {
  for (const text of ['', '2026', '2026-13-01', 'W45', '2026-W45-1']) expect(isPeriod(text), text).toBe(false);
});

test('the address holds what is chosen, and wrong values are as at the first visit', () => {
  const asked = { ...USUAL, report: 'film', from: '2026-11-02', kind: 'both', step: 'week', resolution: 9 } as const;
  expect(readAsked(writeAsked(asked, look))).toEqual(asked);
  expect(writeAsked(USUAL, look)).toBe('');
  expect(readAsked('?report=secrets&from=yesterday&period=x&resolution=3&kind=all')).toEqual(USUAL);
  expect(readAsked('?from=2026-11-05&to=2026-11-02').to).toBeNull();
});

test('a report is asked only what it can be asked', () => {
  const asked = { ...USUAL, report: 'visits', resolution: 11, kind: 'both', community: 'C1' } as const;
  expect(frameAddress(asked, 'en', 'dark')).toBe(
    '/reports/visits?community=C1&resolution=10&lang=en&theme=dark&framed=1',
  );
});

test('patrols are no file of one community', () => {
  const cards = { ...USUAL, report: 'scorecards', period: '2026-W45' } as const;
  expect(filesOf(cards, 'zh').map(({ kind }) => kind)).toEqual(['HTML', 'PDF', 'CSV', 'XLSX']);
  expect(filesOf(cards, 'zh')[2]?.address).toContain('datetime=2026-11-02%2F2026-11-08');
  expect(filesOf({ ...cards, community: 'C1' }, 'zh').map(({ kind }) => kind)).toEqual(['HTML', 'PDF']);
});
