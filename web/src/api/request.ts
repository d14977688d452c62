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

/** Send a file and tell how much of it went; `fetch` cannot tell. */
export function sendFile<T>(path: string, file: File, onShare: (share: number) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', path);
    if (csrf) request.setRequestHeader('X-CSRF-Token', csrf);
    request.setRequestHeader('Content-Type', file.type || 'application/octet-stream');
    request.upload.onprogress = ({ loaded, total }) => onShare(total > 0 ? loaded / total : 0);
    request.onerror = () => reject(new Error('no answer'));
    request.onload = () => {
      if (request.status === 401 && leave) return leave();
      const answer: unknown = parsed(request.responseText);
      if (request.status < 300) return resolve(answer as T);
      const { status } = request;
      const headers = new Headers({ 'Retry-After': request.getResponseHeader('Retry-After') ?? '' });
      return reject(new ProblemError(problemOf({ status, headers }, answer)));
    };
    request.send(file);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
