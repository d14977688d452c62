import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { english as account } from '../src/account/dictionary';
import { english as audit } from '../src/audit/dictionary';
import { english as contests } from '../src/contests/dictionary';
import { english } from '../src/dictionary';
import { english as incidents } from '../src/incidents/dictionary';
import { inLanguage } from '../src/language';
import { english as live } from '../src/live/dictionary';
import { english as my } from '../src/my/dictionary';
import { english as plan } from '../src/plan/dictionary';
import { english as report } from '../src/report/dictionary';
import { english as reports } from '../src/reports/dictionary';
import { english as start } from '../src/start/dictionary';
import { english as visits } from '../src/visits/dictionary';

const entries = Object.entries({ ...english, ...account, ...audit, ...plan, ...incidents, ...report, ...visits, ...live, ...reports, ...start, ...my, ...contests });
const placeholders = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '').sort();

test('both languages of a sentence take the same values', () => {
  for (const [zh, en] of entries) expect(placeholders(en), zh).toEqual(placeholders(zh));
});

test('the English half holds no Chinese, and no half is empty', () => {
  for (const [zh, en] of entries) {
    expect(en, zh).not.toMatch(/\p{Script=Han}/u);
    expect(en.length, zh).toBeGreaterThan(0);
  }
});

test('every sentence is used', () => {
  const sources = globSync('src/**/*.{ts,tsx}').filter((path) => !path.endsWith('dictionary.ts'));
  const code = sources.map((path) => readFileSync(path, 'utf8')).join('\n');
  const quoted = new Set([...code.matchAll(/(['"])([^'"\n]*\p{Script=Han}[^'"\n]*)\1/gu)].map(([, , text]) => text));
  expect(entries.map(([zh]) => zh).filter((zh) => !quoted.has(zh))).toEqual([]);
});

test('values are put in', () => {
  expect(inLanguage(english, 'en', '{n} 户', { n: '1,200' })).toBe('1,200 households');
  expect(inLanguage(english, 'zh', '{n} 户', { n: 7 })).toBe('7 户');
});
