/** Sending: first the report, then its files, one after the other; what failed is sent again, what went is not. */
import { computed, signal } from '@preact/signals';
import { asProblem, type Problem } from '../api/problem';
import { fetchIncident, sendAttachment, sendReport } from '../api/reporting';
import type { Incident } from '../api/types';
import { zone } from '../about';
import { resource } from '../resource';
import { likely, lookNow, unplaced } from './data';
import { lacks, reportOf, type Lack } from './draft';
import { files, mark, removeFiles } from './files';
import { beginAgain, form, markReceived } from './form';

export const busy = signal(false);
export const problem = signal<Problem | null>(null);
export const missing = signal<readonly Lack[]>([]);

/** An earlier try had arrived, and other words than those shown were sent with it. */
export const wasThere = signal(false);

/** Codes of likely duplicates that were shown before sending was pressed. */
const seen = new Set<string>();

/** The incident once it was received; after a reload too. */
export const received = resource<Incident>(() => {
  const { received: is, code } = form.value;
  return is ? (abort) => fetchIncident(code, abort) : null;
});

export const unsent = computed(() => files.value.filter(({ state }) => state !== 'sent'));

/** Send all that has not arrived. `likely` duplicates are shown first, once. */
export async function send(): Promise<void> {
  if (busy.peek()) return;
  missing.value = lacks(form.peek(), unplaced.peek(), zone.peek(), new Date());
  problem.value = null;
  if (missing.peek().length > 0) return;
  busy.value = true;
  try {
    const shown = likely.peek().map(({ code }) => code);
    await lookNow();
    const found = likely.peek().map(({ code }) => code);
    for (const code of shown) seen.add(code);
    if (found.every((code) => seen.has(code))) await sendAll();
  } catch (error) {
    problem.value = asProblem(error);
  } finally {
    busy.value = false;
  }
}

async function sendAll(): Promise<void> {
  try {
    await sendReport(reportOf(form.peek(), zone.peek()));
  } catch (error) {
    // What had arrived was written otherwise since: the code is nobody else's.
    if (asProblem(error).status !== 409) throw error;
    await fetchIncident(form.peek().code);
    wasThere.value = true;
  }
  markReceived();
  await sendFiles();
}

async function sendFiles(): Promise<void> {
  for (const { id, file } of unsent.peek()) {
    mark(id, { state: 'sending', share: 0, problem: null });
    try {
      await sendAttachment(form.peek().code, file, (share) => mark(id, { share }));
      mark(id, { state: 'sent', share: 1 });
    } catch (error) {
      mark(id, { state: 'failed', problem: asProblem(error) });
    }
  }
}

/** Send the files again that did not arrive. */
export async function sendFilesAgain(): Promise<void> {
  if (busy.peek()) return;
  busy.value = true;
  await sendFiles();
  busy.value = false;
}

/** Put all away and begin another report. */
export function startOver(): void {
  seen.clear();
  removeFiles();
  wasThere.value = false;
  problem.value = null;
  missing.value = [];
  beginAgain();
}
