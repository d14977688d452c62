/** Plays the day: one loop of frames that moves the clock, and nothing else. */
import { effect, signal } from '@preact/signals';
import { at, speed } from '../state';
import { advanced, stepped } from './clock';
import { moment, replay, seek, settle } from './replay';

export const playing = signal(false);
/** Whether the map goes where the worker goes. */
export const follow = signal(true);

// Drawing a frame of the map in software takes 140 ms.
const STEP_MS = 120;
// Who asked for less motion sees where the worker was, second by second, without anything gliding.
const QUIET_STEP_MS = 1000;
const ADDRESS_MS = 2000;

/** Play from here, from the beginning when all was played, or stop. */
export function togglePlay(): void {
  const shown = replay.peek();
  if (!shown) return;
  if (!playing.peek() && moment.peek() === shown.to) seek(shown.from);
  playing.value = !playing.peek();
}

export function stepSpeed(steps: number): void {
  speed.value = stepped(speed.peek(), steps);
}

/** Move the clock by hand, in seconds of the day. */
export function seekBy(seconds: number): void {
  const now = moment.peek();
  if (now !== null) seek(now + seconds * 1000);
}

/** Run while something is played. */
export function followPlaying(): void {
  const quiet = matchMedia('(prefers-reduced-motion: reduce)');
  // Another day is not played by itself.
  effect(() => {
    if (!replay.value) playing.value = false;
  });
  effect(() => {
    if (!playing.value) return undefined;
    let last = performance.now();
    let frame = requestAnimationFrame(function step(now) {
      frame = requestAnimationFrame(step);
      if (now - last < (quiet.matches ? QUIET_STEP_MS : STEP_MS)) return;
      // A page that was away for a while goes on from where it was.
      advance(Math.min(now - last, 2 * QUIET_STEP_MS));
      last = now;
    });
    return () => cancelAnimationFrame(frame);
  });
}

function advance(elapsedMs: number): void {
  const [shown, now] = [replay.peek(), moment.peek()];
  if (!shown || now === null) return;
  at.value = advanced(now, elapsedMs, speed.peek(), shown.covered);
  settle(ADDRESS_MS);
  if (at.peek() === shown.to) playing.value = false;
}
