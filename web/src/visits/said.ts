/** What was done last, told beside its target, or above the list once the target has left it. */
import { signal } from '@preact/signals';

export const said = signal<{ target: string; words: string } | null>(null);
