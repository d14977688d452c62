/**
 * The stream of what changes: it stays on, comes back by itself, and goes on where it was.
 *
 * Not `EventSource`: that one cannot say that nobody is signed in any more, and forgets where it was when another
 * box is asked for.
 */
import { batch, computed, effect, signal } from '@preact/signals';
import { streamAddress } from '../api/live';
import type { LiveAlert, LiveBeat, LiveNews } from '../api/types';
import { asProblem, ProblemError, problemOf, type Problem } from '../api/problem';
import { may } from '../session';
import { clockAhead } from './age';
import { EventReader, type Sent } from './events';
import { afterHandling, afterNews, NOTHING, type Known } from './news';
import { box, community } from './state';
import { waitMs } from './waits';

export type Connection =
  | { is: 'off' | 'connecting' | 'open' | 'signed out' }
  /** It broke off, or was refused; the next try is at `until` (epoch ms). */
  | { is: 'waiting'; until: number; tries: number; problem: Problem };

export const connection = signal<Connection>({ is: 'off' });
export const known = signal<Known>(NOTHING);
/** The parts of it: each changes only when news speak of it. */
export const beat = computed(() => known.value.beat);
export const workers = computed(() => known.value.workers);
export const liveGrids = computed(() => known.value.grids);
export const cells = computed(() => known.value.cells);
export const alerts = computed(() => known.value.alerts);
/** Whether anything has come at all. */
export const isKnown = computed(() => known.value.version !== null);

/** How often the whole was told to who knew it already: which grids there are, and where, may be other by now. */
export const turns = signal(0);

/** By how much the clock here is ahead of the program's, ms. */
const ahead = signal<number | null>(null);
const here = signal(Date.now());

/** The time by the program's clock, epoch ms; it moves once a second. */
export const now = computed(() => here.value - (ahead.value ?? 0));
/** How long ago the engine last looked, ms; `null` before that is known. */
export const ageMs = computed(() => {
  const last = beat.value;
  return last === null || ahead.value === null ? null : Math.max(0, now.value - Date.parse(last.at));
});

/** Nothing at all for so long: not even the beats come through any more. */
const SILENCE_MS = 20_000;

interface Asked {
  community: string | null;
  bbox: readonly number[] | null;
}

const asked = computed<Asked | null>(() => (may('see_live') ? { community: community.value, bbox: box.value } : null));

/** Listen, as long as the page is open. */
export function followFeed(): void {
  setInterval(() => (here.value = Date.now()), 1000);
  effect(() => {
    const query = asked.value;
    if (!query) return undefined;
    const gone = new AbortController();
    void stay(query, gone.signal);
    return () => gone.abort();
  });
}

/** Put in what is known of an alert by the answer to a deed. */
export function putAlert(alert: LiveAlert): void {
  known.value = afterHandling(known.peek(), alert);
}

/** Try again without waiting for the next turn. */
export function tryNow(): void {
  wake.dispatchEvent(new Event('now'));
}

const wake = new EventTarget();
for (const sign of ['online', 'visibilitychange']) addEventListener(sign, tryNow);

type OnNews = (news: LiveNews, id: string) => void;

/** Listen again and again; what another query has asked for begins with all of it. */
async function stay(query: Asked, gone: AbortSignal): Promise<void> {
  let after: string | null = null;
  let tries = 0;
  const onNews = (news: LiveNews, id: string): void => {
    if (news.whole && after !== null) turns.value += 1;
    after = id || null;
    tries = 0;
    take(news);
  };
  while (!gone.aborted) {
    if (tries === 0) connection.value = { is: 'connecting' };
    let problem: Problem;
    try {
      await listen(streamAddress({ ...query, after }), gone, onNews);
      problem = asProblem(new Error('the stream ended'));
    } catch (error) {
      problem = asProblem(error);
    }
    if (gone.aborted) return;
    if (problem.status === 401) {
      connection.value = { is: 'signed out' };
      return;
    }
    tries += 1;
    const wait = Math.max(waitMs(tries, Math.random()), (problem.waitS ?? 0) * 1000);
    connection.value = { is: 'waiting', until: Date.now() + wait, tries, problem };
    await pause(wait, gone);
  }
}

async function listen(address: string, gone: AbortSignal, onNews: OnNews): Promise<void> {
  const silent = new AbortController();
  let timer = setTimeout(() => silent.abort(), SILENCE_MS);
  const signal = AbortSignal.any([gone, silent.signal]);
  try {
    const answer = await fetch(address, { signal, headers: { Accept: 'text/event-stream' }, cache: 'no-store' });
    if (!answer.ok || !answer.body) throw new ProblemError(problemOf(answer, await answer.json().catch(() => null)));
    const events = new EventReader();
    const pieces = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await pieces.read();
      if (done) return;
      clearTimeout(timer);
      timer = setTimeout(() => silent.abort(), SILENCE_MS);
      for (const sent of events.read(value)) {
        if (sent.event === 'end') return;
        hear(sent, onNews);
      }
    }
  } finally {
    clearTimeout(timer);
    silent.abort();
  }
}

function hear({ event, data, id }: Sent, onNews: OnNews): void {
  if (event === 'news') onNews(JSON.parse(data) as LiveNews, id);
  if (event === 'beat') known.value = { ...known.peek(), beat: JSON.parse(data) as LiveBeat };
}

function take(news: LiveNews): void {
  batch(() => {
    here.value = Date.now();
    ahead.value = clockAhead(news.whole ? null : ahead.peek(), news.now, here.value);
    known.value = afterNews(known.peek(), news);
    if (connection.peek().is !== 'open') connection.value = { is: 'open' };
  });
}

function pause(ms: number, gone: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const over = new AbortController();
    const end = (): void => {
      clearTimeout(timer);
      over.abort();
      done();
    };
    const timer = setTimeout(end, ms);
    for (const [target, sign] of [[gone, 'abort'], [wake, 'now']] as const) {
      target.addEventListener(sign, end, { signal: over.signal });
    }
  });
}
