import { signal } from '@preact/signals';
import { expect, test } from 'vitest';
import { lastReady, resource } from '../src/resource';

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

test('what is shown stays while the next is on its way', async () => {
  const day = signal('10');
  const grids = resource(() => async () => `grids of ${day.value}`);
  const shown = lastReady(grids);
  await settled();
  day.value = '11';
  grids.reload();
  expect([grids.state.value.status, shown.value]).toEqual(['loading', 'grids of 10']);
  await settled();
  expect(shown.value).toBe('grids of 11');
});

test('what is shown goes when the next fails: a failure must not look like an answer', async () => {
  const broken = signal(false);
  const grids = resource(() => async () => {
    if (broken.value) throw new Error('no answer');
    return 'grids';
  });
  const shown = lastReady(grids);
  await settled();
  broken.value = true;
  grids.reload();
  await settled();
  expect([grids.state.value.status, shown.value]).toEqual(['failed', null]);
});
