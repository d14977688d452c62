/** What can be done about an alert. */
import { acknowledgeLiveAlert, assignAlert } from '../api/live';
import type { LiveAlert } from '../api/types';
import { putAlert, workers } from './feed';
import { alertId, chooseWorker, goal } from './state';

/** Say that one has seen it. */
export async function acknowledge({ id }: LiveAlert): Promise<void> {
  putAlert(await acknowledgeLiveAlert(id));
}

/** Hand it to somebody. */
export async function handTo({ id }: LiveAlert, name: string): Promise<void> {
  putAlert(await assignAlert(id, name));
}

/** Bring into view what an alert is about: the incident, the worker, else the grid. */
export function locate(alert: LiveAlert): void {
  alertId.value = alert.id;
  const worker = alert.worker && workers.peek().get(alert.worker.code);
  if (worker) chooseWorker(worker.code);
  const [lon, lat] = worker?.lon == null ? [alert.lon, alert.lat] : [worker.lon, worker.lat];
  if (lon !== null && lat !== null) goal.value = { point: [lon, lat] };
  else if (alert.grid) goal.value = { grid: alert.grid };
}

/** Whether there is anything to bring into view. */
export function isPlaced({ worker, lon, grid }: LiveAlert): boolean {
  return lon !== null || grid !== null || worker !== null;
}
