/** Sizes of what `npm run build` wrote, compressed as they travel. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';

const DIST = 'dist';
const KB = 1000;

const compressed = (path: string): number => gzipSync(readFileSync(path)).length;
const total = (paths: string[]): number => paths.reduce((sum, path) => sum + compressed(path), 0);

/** Files that the page itself names: fetched before anything is shown. */
function shellFiles(page = ''): string[] {
  const path = `${DIST}/${page}index.html`;
  expect(existsSync(path), 'run `npm run build` first').toBe(true);
  const html = readFileSync(path, 'utf8');
  const named = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map(([, asset]) => `${DIST}/${asset}`);
  return [path, ...named];
}

test.each(['', 'plan/', 'incidents/', 'report/', 'visits/', 'live/', 'reports/', 'start/', 'my/'])('the shell of /%s stays within 60 KB', (page) => {
  const files = shellFiles(page);
  expect(files.length).toBeGreaterThan(2);
  expect(total(files)).toBeLessThan(60 * KB);
});

test.each(['sign-in/', 'welcome/', 'account/'])('%s stays within 40 KB', (page) => {
  expect(total(shellFiles(page))).toBeLessThan(40 * KB);
});

/** What pages of open data load, which the program writes itself: their script with what it imports at once, and styles. */
function openDataFiles(): string[] {
  type Built = { file: string; css?: string[]; imports?: string[] };
  const built = JSON.parse(readFileSync(`${DIST}/built.json`, 'utf8')) as Record<string, Built>;
  const named = (name: string): string[] => {
    const { file, css = [], imports = [] } = built[name] as Built;
    return [file, ...css, ...imports.flatMap(named)].map((path) => path.replace(/^(?!dist\/)/, `${DIST}/`));
  };
  return [...new Set(named('src/open-data.ts'))];
}

test('pages of open data load less than 25 KB beside what the program writes', () => {
  expect(total(openDataFiles())).toBeLessThan(25 * KB);
});

test('the map, loaded after the shell, stays within 600 KB', () => {
  const shell = new Set(['', 'sign-in/', 'welcome/', 'account/', 'plan/', 'incidents/', 'report/', 'visits/', 'live/', 'reports/', 'start/', 'my/'].flatMap(shellFiles));
  for (const file of openDataFiles()) shell.add(file);
  const late = globSync(`${DIST}/assets/*.{js,css}`).filter((path) => !shell.has(path) && !/fonts-/.test(path));
  expect(late.some((path) => /worker/.test(path))).toBe(true);
  expect(total(late)).toBeLessThan(600 * KB);
});

test('no built file names another host to fetch from', () => {
  for (const path of globSync(`${DIST}/**/*.{html,css}`)) {
    expect(readFileSync(path, 'utf8'), path).not.toMatch(/(?:src|href|url)\s*[=(]\s*["']?https?:/);
  }
});

test('the licences of what is bundled are built in', () => {
  const licenses = readFileSync(`${DIST}/licenses.md`, 'utf8');
  for (const name of ['maplibre-gl', 'preact', 'openapi-fetch', 'terra-draw']) expect(licenses).toContain(`## ${name} - `);
  expect(readFileSync(`${DIST}/noto-sans-sc-license.txt`, 'utf8')).toContain('SIL Open Font License');
});
