/** The day as the replay needs it, where its clock stands, and what is chosen in it. */
import { computed } from '@preact/signals';
import { namedZone } from '../../about';
import { addDays, midnightOf } from '../../format';
import { ready } from '../../resource';
import { days, lineage, openDay, track } from '../data';
import { at, chosen, settledAt } from '../state';
import { flaggedFixesOf, joinedStretches, runsOf, stretchesOf, type FixFeature, type Stretch } from '../track';
import { chunksOf, type ChunkFeature } from './chunks';
import { kept } from './clock';
import { boundaryAt, evidenceAt } from './cursor';
import { pathOf, type Path } from './path';
import { scaleOf, type Scale } from './scale';
import { joined, spanOf, type Span } from './span';
import { rulesAt, spansOf, subjectsOf } from './subjects';

export interface Replay extends Span {
  path: Path;
  chunks: ChunkFeature[];
  flagged: FixFeature[];
  /** Neighbours are of different classes. */
  stretches: Stretch[];
  /** What is neither way nor patrol is leapt over. */
  covered: Span[];
  scale: Scale;
}

/** The local day that is open. */
export const daySpan = computed<Span | null>(() => {
  const [date, zone] = [openDay.value, namedZone.value];
  return date && zone ? spanOf(midnightOf(date, zone), midnightOf(addDays(date, 1), zone)) : null;
});

const walked = computed(() => {
  const shown = ready(track.state.value);
  if (!shown) return null;
  const runs = runsOf(shown);
  const path = pathOf(runs);
  return { runs, path, chunks: chunksOf(path), flagged: flaggedFixesOf(shown) };
});

/** The track in pieces for the map; the same ones while verdicts come in. */
export const chunks = computed<ChunkFeature[]>(() => walked.value?.chunks ?? []);

/** `null` without a track. */
export const replay = computed<Replay | null>(() => {
  if (!walked.value) return null;
  const { runs, ...own } = walked.value;
  const patrols = (ready(days.state.value)?.patrols ?? []).filter(({ date }) => date === openDay.value);
  const stretches = joinedStretches(stretchesOf(runs, patrols));
  const covered = joined(stretches.map(({ start, end }) => spanOf(start, end)));
  const [first, last] = [covered[0], covered.at(-1)];
  if (!first || !last) return null;
  return { ...own, stretches, covered, scale: scaleOf(covered), from: first.from, to: last.to };
});

/** Where the clock stands; `null` without a replay. */
export const moment = computed<number | null>(() => {
  const shown = replay.value;
  return shown && kept(at.value ?? shown.from, shown);
});

/** Put the clock somewhere; what is before or behind the day is its beginning or end. */
export function seek(ms: number): void {
  const shown = replay.peek();
  if (!shown) return;
  const there = kept(ms, shown);
  at.value = there === shown.from ? null : there;
  settle(300);
}

let waiting = 0;

/** Let the address follow the clock after a while. */
export function settle(afterMs: number): void {
  if (waiting) return;
  waiting = window.setTimeout(() => {
    waiting = 0;
    settledAt.value = at.peek();
  }, afterMs);
}

export const subjects = computed(() => {
  const [answer, date, day] = [ready(days.state.value), openDay.value, daySpan.value];
  return answer && date && day ? subjectsOf(answer, date, day) : [];
});

/** The stretches of the day behind what is chosen. */
export const chosenSpans = computed(() => spansOf(subjects.value, chosen.value));

/** Choose a rule, one of its intervals or a patrol: the clock goes to where it begins. */
export function choose(key: string, part: number | null = null): void {
  chosen.value = { key, part };
  const [first] = chosenSpans.peek();
  const begin = first?.from ?? replay.peek()?.from;
  if (begin !== undefined) seek(begin);
}

export const evidence = computed(() => {
  const [shown, now] = [replay.value, moment.value];
  return shown && now !== null ? evidenceAt(shown, now) : null;
});

export const boundaryNow = computed(() => {
  const now = moment.value;
  const known = ready(lineage.state.value);
  return known && now !== null ? boundaryAt(known.boundaries, now) : null;
});

/** The rules that the present moment counts for. */
export const rulesNow = computed(() => {
  const now = moment.value;
  return now === null ? [] : rulesAt(subjects.value, now);
});
