/** Where to go on to after signing in. */
import { writeLook, type Look } from './url';

const DOORS = ['/sign-in/', '/welcome/'];

/** Return an address of this program, whatever `next` says; without a good one, that of the map. */
export function onwards(next: string | null, origin: string, look: Look): string {
  const wanted = next?.startsWith('/') ? URL.parse(next, origin) : null;
  const good = wanted?.origin === origin && !DOORS.some((door) => wanted.pathname.startsWith(door));
  const address = good ? wanted : new URL('/', origin);
  writeLook(address.searchParams, look);
  // Whole, with its host: a path that begins with two slashes would be another host.
  return address.href;
}
