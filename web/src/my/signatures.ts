/** Signing in and out of duty. What was signed without a network keeps its time, and is sent when there is one. */
import { computed, signal } from '@preact/signals';
import { signDuty, type DutyKind, type DutySign } from '../api/my';
import { asProblem, type Problem } from '../api/problem';
import { code, here, myDay, myDuty } from './data';
import { dutyNow } from './duty';
import { programTime } from './standing';

const MOST_WAITING = 50;

/** The live engine hears of a signature within two seconds. */
const ENGINE_MS = 3_000;

/** What was signed here and has not arrived, the oldest first. */
export const waiting = signal<DutySign[]>([]);

/** Why the program took a signature not; `null`: it took all. */
export const refused = signal<Problem | null>(null);

/** Whether one is on duty, as far as is known here; `null`: not known. */
export const onDuty = computed(() => {
  const { data } = myDuty.state.value;
  return data && dutyNow(data.duty, waiting.value, new Date(now()));
});

/** This moment by the program's clock: that of a phone may be wrong. */
function now(): number {
  const { data, at } = myDay.state.value;
  return data ? programTime(data.now, at, here.value) : here.value;
}

/** Sign in or out, at this moment. */
export async function sign(action: DutySign['action'], kind?: DutyKind): Promise<void> {
  here.value = Date.now();
  const at = new Date(now()).toISOString();
  refused.value = null;
  keep([...waiting.value, kind ? { action, at, kind } : { action, at }]);
  await send();
}

let sending = false;

/** Send what waits, in its order; what nobody answers to goes on waiting, and what is refused is told. */
export async function send(): Promise<void> {
  if (sending || waiting.value.length === 0) return;
  sending = true;
  try {
    for (let [first] = waiting.value; first; [first] = waiting.value) {
      try {
        await signDuty(first);
      } catch (error) {
        const problem = asProblem(error);
        if (problem.status === null || problem.status >= 500 || problem.status === 429) return;
        refused.value = problem;
      }
      keep(waiting.value.slice(1));
    }
    myDuty.reload();
    setTimeout(() => myDay.reload(), ENGINE_MS);
  } finally {
    sending = false;
  }
}

const slot = (): string => `duty-waiting-${code.value}`;

function keep(all: DutySign[]): void {
  waiting.value = all.slice(-MOST_WAITING);
  try {
    if (all.length > 0) localStorage.setItem(slot(), JSON.stringify(waiting.value));
    else localStorage.removeItem(slot());
  } catch {
    // A browser that keeps nothing: it waits as long as the page is open.
  }
}

/** Take up what waited when the page was left, and send what waits as soon as somebody answers. */
export function followSignatures(): void {
  code.subscribe((self) => {
    if (self) waiting.value = restored();
  });
  addEventListener('online', () => void send());
  myDuty.state.subscribe(({ problem, data }) => {
    if (data && !problem) void send();
  });
}

function restored(): DutySign[] {
  try {
    return JSON.parse(localStorage.getItem(slot()) ?? '[]') as DutySign[];
  } catch {
    return [];
  }
}
