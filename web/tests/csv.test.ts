import { expect, test } from 'vitest';
import { csv } from '../src/csv';

test('commas, quotes and ends of lines stay within their cell', () => {
  expect(csv([['a', 'b'], ['x,y', 'say "so"'], ['two\nlines', null], [1.5, -2]])).toBe(
    'a,b\r\n"x,y","say ""so"""\r\n"two\nlines",\r\n1.5,-2\r\n',
  );
});

test('no spreadsheet takes a name for a formula', () => {
  expect(csv([['+9', '=1+1', '-x', '@y', '桥北']])).toBe("'+9,'=1+1,'-x,'@y,桥北\r\n");
});
