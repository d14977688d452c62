/** Whether the program has a file of base map tiles; a map is made after that is known. */
import { signal } from '@preact/signals';

export const isBuilt = signal(false);
