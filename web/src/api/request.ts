/** How every request is sent and answered. */
import createClient from 'openapi-fetch';
import { ProblemError, problemOf } from './problem';
import type { paths } from './schema';

export const client = createClient<paths>({ baseUrl: location.origin });

let csrf = '';
let leave: (() => void) | null = null;

/** Send a session's own word with whatever changes something: no other site's page knows it. */
export function proveOwnPage(word: string): void {
  csrf = word;
}

/** Do this when the program says that nobody is signed in (any more). */
export function whenSignedOut(act: () => void): void {
  leave = act;
}

client.use({
  onRequest({ request }) {
    if (csrf && request.method !== 'GET') request.headers.set('X-CSRF-Token', csrf);
  },
});

interface Answer {
  data?: unknown;
  error?: unknown;
  response: Response;
}

/** Return the body of a success; throw what the program said of a failure. */
export async function body<T>(request: Promise<Answer>): Promise<T> {
  const { data, error, response } = await request;
  // The page is being left: what it would say until then is of no use to anybody.
  if (response.status === 401 && leave) return leave(), new Promise<never>(() => {});
  if (!response.ok) throw new ProblemError(problemOf(response, error));
  return data as T;
}
