/** Tells of emergencies: politely to who listens to the page, and by a sound where somebody wants one. */
import { computed, effect, signal } from '@preact/signals';
import { gridName } from './data';
import { alerts } from './feed';
import { untold } from './queue';
import { spokenAlert } from './words';

export const isSoundOn = signal(false);
const last = signal<ReturnType<typeof untold>>([]);
/** What was told last, in the language of now. */
export const told = computed(() => last.value.map((alert) => spokenAlert(alert, gridName(alert.grid))).join('; '));

const already = new Set<number>();

/** Listen for emergencies; those that were there when the page was opened are told once too. */
export function followAlerts(): void {
  effect(() => {
    const fresh = untold(alerts.value.values(), already);
    if (fresh.length === 0) return;
    for (const { id } of fresh) already.add(id);
    last.value = fresh;
    if (isSoundOn.peek()) ring();
  });
}

let audio: AudioContext | null = null;

/** Switch the sound; as it is switched on it can be heard once. */
export function switchSound(): void {
  isSoundOn.value = !isSoundOn.peek();
  if (isSoundOn.peek()) ring();
}

/** Two short tones. */
function ring(): void {
  audio ??= new AudioContext();
  for (const [after, pitch] of [[0, 880], [0.22, 660]] as const) {
    const at = audio.currentTime + after;
    const [tone, loudness] = [audio.createOscillator(), audio.createGain()];
    tone.frequency.value = pitch;
    loudness.gain.setValueAtTime(0.18, at);
    loudness.gain.exponentialRampToValueAtTime(0.001, at + 0.2);
    tone.connect(loudness).connect(audio.destination);
    tone.start(at);
    tone.stop(at + 0.2);
  }
}
