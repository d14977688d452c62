import { expect, test } from 'vitest';
import { checked } from '../src/password';

test.each([
  ['', false, false, 'none'],
  ['short', false, false, 'weak'],
  ['aaaaaaaaaaaaaaaa', true, false, 'weak'],
  ['abcdefghijkl', true, true, 'enough'],
  ['eleven quiet boats at dusk', true, true, 'good'],
  ['十二个字符的中文密码也行', true, true, 'enough'],
  ['a'.repeat(201), false, false, 'weak'],
])('%j: long %s, different %s, %s', (password, long, different, strength) => {
  expect(checked(password)).toEqual({ long, different, strength });
});
