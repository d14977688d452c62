/** Which grids lie beside some ground, those with the longest border first. */
import type { Position } from 'geojson';
import type { Atoms } from '../api/shapes';

/** Ground in no grid. */
export const GAP = -1;

export interface Beside {
  /** Labels of the grids that some atoms touch, but the one they are in. */
  of(keys: ReadonlySet<number>): number[];
}

/** Look at atoms once, to be asked often: atoms that touch share their vertices. */
export function besides({ features }: Pick<Atoms, 'features'>): Beside {
  const holders = new Map<string, { row: number; metres: number }[]>();
  features.forEach(({ geometry }, row) => {
    for (const ring of geometry.coordinates) {
      ring.slice(1).forEach((to, index) => {
        const from = ring[index] as Position;
        const key = String(from) < String(to) ? `${from} ${to}` : `${to} ${from}`;
        const edge = { row, metres: lengthOf(from, to) };
        const known = holders.get(key);
        if (known) known.push(edge);
        else holders.set(key, [edge]);
      });
    }
  });
  const shared = [...holders.values()].filter((edge) => edge.length === 2);
  return {
    of(keys) {
      const metres = new Map<number, number>();
      const own = new Set(features.filter(({ properties: { key } }) => keys.has(key)).map(({ properties }) => properties.label));
      for (const [one, other] of shared) {
        const [a, b] = [features[one?.row ?? 0]?.properties, features[other?.row ?? 0]?.properties];
        if (!a || !b || keys.has(a.key) === keys.has(b.key)) continue;
        const label = keys.has(a.key) ? b.label : a.label;
        if (label !== GAP && !own.has(label)) metres.set(label, (metres.get(label) ?? 0) + (one?.metres ?? 0));
      }
      return [...metres].toSorted(([, a], [, b]) => b - a).map(([label]) => label);
    },
  };
}

function lengthOf([x1 = 0, y1 = 0]: Position, [x2 = 0, y2 = 0]: Position): number {
  return Math.hypot((x2 - x1) * Math.cos((y1 * Math.PI) / 180), y2 - y1);
}
