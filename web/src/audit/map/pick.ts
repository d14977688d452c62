/** Clicking a grid chooses it and its worker: a grid has one (BASE-2). */
import type { Grid } from '../../api/shapes';
import { chooseWorker, gridCode } from '../state';

export function pickGrid(grid: Pick<Grid, 'code' | 'worker_code'>): void {
  if (gridCode.peek() !== grid.code) chooseWorker(grid.worker_code ?? null, grid.code);
}
