import { signal } from '@preact/signals';
import { expect, test } from 'vitest';
import { kept } from '../src/kept';

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

test('what was answered stays with its time when nobody answers any more', async () => {
  let answers = true;
  const one = kept(() => () => (answers ? Promise.resolve('here') : Promise.reject(new Error('gone'))));
  await settled();
  const { at } = one.state.value;
  expect(one.state.value).toMatchObject({ data: 'here', problem: null });
  answers = false;
  one.reload();
  await settled();
  expect(one.state.value).toMatchObject({ data: 'here', at, problem: { status: null } });
  answers = true;
  one.reload();
  await settled();
  expect(one.state.value.problem).toBeNull();
});

test('another question begins anew, and the older answer does not come back', async () => {
  const asked = signal('slow');
  let answerSlowly = (_: string): void => {};
  const one = kept(() => {
    const word = asked.value;
    return () => (word === 'slow' ? new Promise<string>((resolve) => (answerSlowly = resolve)) : Promise.resolve(word));
  });
  asked.value = 'quick';
  expect(one.state.value.data).toBeNull();
  await settled();
  answerSlowly('slow');
  await settled();
  expect(one.state.value.data).toBe('quick');
});
