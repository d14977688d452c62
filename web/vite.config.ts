import { readFileSync } from 'node:fs';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

/** Where the running program answers while the pages are worked on with `npm run dev`. */
const program = process.env['GIS_GRID_PROGRAM'] ?? 'http://127.0.0.1:8420';

/** One page a folder; each loads what it needs and no more. */
const pages = ['', 'sign-in/', 'welcome/', 'account/', 'plan/', 'incidents/', 'report/', 'visits/', 'live/', 'reports/', 'start/', 'my/'];

/** A font comes in through style sheets, which the list of licences does not follow. */
function fontLicense(): Plugin {
  return {
    name: 'font-license',
    apply: 'build',
    generateBundle() {
      const source = readFileSync('node_modules/@fontsource-variable/noto-sans-sc/LICENSE', 'utf8');
      this.emitFile({ type: 'asset', fileName: 'noto-sans-sc-license.txt', source });
    },
  };
}

export default defineConfig({
  plugins: [fontLicense()],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    target: 'es2022',
    // Pages of open data are written by the program, which finds their script by the list of what was built.
    rolldownOptions: { input: [...pages.map((page) => `${page}index.html`), 'src/open-data.ts'] },
    manifest: 'built.json',
    // The map library is one file by its nature and is loaded after the shell; tests/budget.test.ts holds the sizes.
    chunkSizeWarningLimit: 1300,
    // Small files stay files: the content policy of the pages is about addresses, not about data: URLs.
    assetsInlineLimit: 0,
    // The licences of what is bundled travel with it.
    license: { fileName: 'licenses.md' },
  },
  server: {
    // The styles of the map are beside this folder.
    fs: { allow: ['..'] },
    proxy: Object.fromEntries(['/api', '/ogc', '/basemap', '/reports', '/healthz'].map((path) => [path, program])),
  },
  test: { environment: 'node', include: ['tests/**/*.test.ts'] },
});
