/** Lets a button outside the map put the pin at its middle; the map is loaded after the button is there. */
import { signal } from '@preact/signals';

/** What puts the pin at the middle of the map; `null` while there is no map. */
export const putAtMiddle = signal<(() => void) | null>(null);

/** Say how it is done; returns what takes that back. */
export function pinAtMiddle(put: () => void): () => void {
  putAtMiddle.value = put;
  return () => (putAtMiddle.value = null);
}
