/** Doing what a sketch was made for. */
import type { Position } from 'geojson';
import { borderLine, isBent, pair } from './bordering';
import { edit } from './draft';
import { endSketch, exact, intoChosen, sketched, target, tool } from './hand';
import { movable, receiver } from './moving';
import { ledOut, withoutRepeats } from './sides';

/** Do what the sketch was made for, if there is enough of it. */
export function finishSketch(drawn: readonly Position[] = sketched.peek()): void {
  const [grid, shape, isExact] = [target.peek(), withoutRepeats(drawn) as [number, number][], exact.peek()];
  switch (tool.peek()) {
    case 'split':
      if (grid && shape.length >= 2) {
        const line = { type: 'LineString' as const, coordinates: ledOut(shape, grid.geometry) as [number, number][] };
        endSketch();
        void edit({ op: 'split_by_line', grid: grid.properties.label, line, exact: isExact });
      }
      return;
    case 'draw':
      if (shape.length >= 3) {
        const ring = [...shape, shape[0] as [number, number]];
        const into = intoChosen.peek() ? grid?.properties.label : undefined;
        endSketch();
        void edit({ op: 'draw', polygon: { type: 'Polygon', coordinates: [ring] }, exact: isExact, ...(into !== undefined && { into }) });
      }
      return;
    case 'border': {
      const both = pair.peek();
      if (!both || !isBent.peek() || shape.length < 2) return;
      const line = { type: 'LineString' as const, coordinates: borderLine(shape) };
      endSketch();
      void edit({ op: 'border', grids: [both.one.label, both.other.label], line, exact: isExact });
      return;
    }
    case 'move': {
      const [what, to] = [movable.peek(), receiver.peek()];
      if (!what || to === null) return;
      endSketch();
      void edit({ op: 'move', to, across: false, ...what });
      return;
    }
    default:
  }
}
