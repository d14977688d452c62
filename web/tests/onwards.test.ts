import { expect, test } from 'vitest';
import { onwards } from '../src/onwards';

const here = 'https://grid.example';
const zh = { lang: 'zh', theme: null } as const;

test('one goes on to where one was', () => {
  expect(onwards('/?worker=W001&day=2026-11-11', here, zh)).toBe(`${here}/?worker=W001&day=2026-11-11`);
  expect(onwards('/account/', here, zh)).toBe(`${here}/account/`);
});

test('in the language and theme that were chosen on the way', () => {
  expect(onwards('/?lang=en&worker=W001', here, zh)).toBe(`${here}/?worker=W001`);
  expect(onwards('/account/', here, { lang: 'en', theme: 'dark' })).toBe(`${here}/account/?lang=en&theme=dark`);
});

test.each([
  null,
  '',
  'account/',
  '//other.example/',
  '/\\other.example/',
  '/\t/other.example/',
  'https://other.example/',
  'javascript:alert(1)',
  '/sign-in/?next=/sign-in/',
  '/welcome/',
])('%j leads to the map', (next) => {
  expect(onwards(next, here, zh)).toBe(`${here}/`);
});

test('a path that begins with two slashes stays on this host', () => {
  expect(new URL(onwards('/.//other.example/', here, zh)).origin).toBe(here);
});
