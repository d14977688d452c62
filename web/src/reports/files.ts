/** Files that the program makes: fetched, so that one that cannot be made is said where it was asked for. */
import { problemOf, ProblemError } from '../api/problem';
import { save } from '../csv';
import { leaveForSignIn } from '../session';

const NAME = /filename="([^"]+)"/;

/** Fetch a file and let the browser keep it by the name that the program gives it. */
export async function keepFile(address: string, name: string): Promise<void> {
  const response = await fetch(address);
  if (response.status === 401) return leaveForSignIn();
  if (!response.ok) throw new ProblemError(problemOf(response, await response.json().catch(() => null)));
  const given = NAME.exec(response.headers.get('Content-Disposition') ?? '')?.[1];
  const blob = await response.blob();
  save(given ?? name, [blob], blob.type);
  return undefined;
}
