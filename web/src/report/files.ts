/** Photos, sound and video that go with a report. A browser keeps none of them over a reload. */
import { signal } from '@preact/signals';
import type { Problem } from '../api/problem';

export type FileState = 'waiting' | 'sending' | 'sent' | 'failed';

export interface Chosen {
  id: number;
  file: File;
  /** An address of the browser's own, to look at it. */
  url: string;
  state: FileState;
  share: number;
  problem: Problem | null;
}

export const MIB = 1 << 20;

export const files = signal<readonly Chosen[]>([]);
let last = 0;

/** Add files; those that are too large are returned instead. */
export function addFiles(added: readonly File[], largestMib: number): File[] {
  const fitting = added.filter(({ size }) => size <= largestMib * MIB);
  const more = fitting.map((file): Chosen => {
    return { id: (last += 1), file, url: URL.createObjectURL(file), state: 'waiting', share: 0, problem: null };
  });
  files.value = [...files.peek(), ...more];
  return added.filter((file) => !fitting.includes(file));
}

/** Say how one of them is doing. */
export function mark(id: number, part: Partial<Chosen>): void {
  files.value = files.peek().map((one) => (one.id === id ? { ...one, ...part } : one));
}

/** Take one out again. */
export function removeFile(id: number): void {
  const gone = files.peek().find((one) => one.id === id);
  if (gone) URL.revokeObjectURL(gone.url);
  files.value = files.peek().filter((one) => one.id !== id);
}

/** Take all out. */
export function removeFiles(): void {
  for (const { id } of files.peek()) removeFile(id);
}
