/** What came from what, laid out in rows by date: the oldest at the top, whoever is related above each other. */
import type { Lineage } from '../api/types';

type Boundary = Lineage['boundaries'][number];

export interface Node extends Boundary {
  x: number;
  row: number;
}

export interface Edge {
  from: Node;
  to: Node;
  kind: Lineage['links'][number]['kind'];
  households: number;
}

export interface Layout {
  /** When each row began; null: nobody knows since when. */
  rows: (string | null)[];
  nodes: Node[];
  edges: Edge[];
  /** In nodes. */
  width: number;
}

/** Lay boundaries out: one row for each moment at which some began. */
export function layOut({ boundaries, links }: Pick<Lineage, 'boundaries' | 'links'>): Layout {
  const rows = [...new Set(boundaries.map((one) => one.valid_from))].toSorted((a, b) => (a ?? '').localeCompare(b ?? ''));
  const placed = new Map<number, Node>();
  rows.forEach((from, row) => {
    const above = (one: Boundary): number => {
      const parents = links.filter(({ child }) => child === one.id).flatMap(({ parent }) => placed.get(parent)?.x ?? []);
      return parents.length > 0 ? parents.reduce((sum, x) => sum + x, 0) / parents.length : 0;
    };
    const here = boundaries.filter((one) => one.valid_from === from);
    const inOrder = here.toSorted((a, b) => above(a) - above(b) || a.code.localeCompare(b.code));
    inOrder.forEach((one, x) => placed.set(one.id, { ...one, x, row }));
  });
  const width = Math.max(1, ...rows.map((_, row) => [...placed.values()].filter((node) => node.row === row).length));
  // Rows with fewer stand in the middle.
  const nodes = [...placed.values()].map((node) => {
    const others = [...placed.values()].filter(({ row }) => row === node.row).length;
    return { ...node, x: node.x + (width - others) / 2 };
  });
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const edges = links.flatMap(({ parent, child, kind, households }): Edge | [] => {
    const [from, to] = [byId.get(parent), byId.get(child)];
    return from && to ? { from, to, kind, households } : [];
  });
  return { rows, nodes, edges, width };
}
