import { expect, test } from 'vitest';
import { layOut } from '../src/plan/lineage';

const boundary = (id: number, code: string, from: string | null) => ({
  id, code, name: code, valid_from: from, valid_to: null, households: 400,
});

test('rows go by date, children stand below their parents', () => {
  const found = layOut({
    boundaries: [boundary(1, 'A', null), boundary(2, 'B', null), boundary(3, 'B', '2026-05-01'), boundary(4, 'C', '2026-05-01')],
    links: [
      { parent: 1, child: 4, kind: 'split', households: 30, area_m2: 1 },
      { parent: 2, child: 3, kind: 'edit', households: 370, area_m2: 1 },
      { parent: 9, child: 4, kind: 'split', households: 1, area_m2: 1 },
    ],
  });
  expect(found.rows).toEqual([null, '2026-05-01']);
  expect(found.width).toBe(2);
  expect(found.nodes.map(({ id, x, row }) => [id, x, row])).toEqual([[1, 0, 0], [2, 1, 0], [4, 0, 1], [3, 1, 1]]);
  expect(found.edges.map(({ from, to }) => [from.id, to.id])).toEqual([[1, 4], [2, 3]]);
});

test('a row with fewer stands in the middle, and nothing at all has room for one', () => {
  const found = layOut({ boundaries: [boundary(1, 'A', null), boundary(2, 'B', '2026-05-01'), boundary(3, 'C', '2026-05-01')], links: [] });
  expect(found.nodes.find(({ id }) => id === 1)?.x).toBe(0.5);
  expect(layOut({ boundaries: [], links: [] }).width).toBe(1);
});
