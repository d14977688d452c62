/** The requests about signing in, one's own account, and the accounts that an administrator keeps. */
import { body, client, proveOwnPage } from './request';
import type {
  AccountsAnswer,
  Looks,
  MadeLink,
  MadeToken,
  NewAccount,
  NewToken,
  Provider,
  Session,
  SessionsAnswer,
  TokensAnswer,
} from './types';

async function begun(session: Promise<Session>): Promise<Session> {
  const answer = await session;
  proveOwnPage(answer.csrf);
  return answer;
}

/** Who is signed in. */
export function fetchSession(signal: AbortSignal): Promise<Session> {
  return begun(body(client.GET('/api/session', { signal })));
}

/** Sign in by name and password. */
export function signIn(name: string, password: string): Promise<Session> {
  return begun(body(client.POST('/api/session', { body: { name, password } })));
}

/** Sign in by a link's secret, once. */
export function signInByLink(secret: string): Promise<Session> {
  return begun(body(client.POST('/api/session/link', { body: { secret } })));
}

/** Set a password by a link's secret, once, and sign in. */
export function setPassword(secret: string, password: string): Promise<Session> {
  return begun(body(client.POST('/api/password/link', { body: { secret, password } })));
}

/** The other provider that signs people in, where there is one. */
export function fetchProvider(signal: AbortSignal): Promise<Provider | null> {
  return body(client.GET('/api/oidc', { signal }));
}

/** End the session of this page. */
export function endSession(): Promise<void> {
  return body(client.DELETE('/api/session'));
}

/** Change one's own password. */
export function changePassword(old: string, next: string): Promise<void> {
  return body(client.POST('/api/password', { body: { old, new: next } }));
}

/** Where one is signed in. */
export function fetchSessions(signal: AbortSignal): Promise<SessionsAnswer> {
  return body(client.GET('/api/sessions', { signal }));
}

/** End one of one's own sessions. */
export function endOtherSession(id: number): Promise<void> {
  return body(client.DELETE('/api/sessions/{id}', { params: { path: { id } } }));
}

/** One's own tokens for programs, and what a new one may be given. */
export function fetchTokens(signal: AbortSignal): Promise<TokensAnswer> {
  return body(client.GET('/api/tokens', { signal }));
}

/** Make a token; the answer alone holds its secret. */
export function makeToken(wanted: NewToken): Promise<MadeToken> {
  return body(client.POST('/api/tokens', { body: wanted }));
}

/** End a token. */
export function revokeToken(id: number): Promise<void> {
  return body(client.DELETE('/api/tokens/{id}', { params: { path: { id } } }));
}

/** Who looked at a worker's tracks. */
export function fetchLooks(code: string, signal: AbortSignal): Promise<Looks> {
  return body(client.GET('/api/workers/{code}/looks', { params: { path: { code } }, signal }));
}

/** The accounts that one keeps. */
export function fetchAccounts(signal: AbortSignal): Promise<AccountsAnswer> {
  return body(client.GET('/api/accounts', { signal }));
}

/** Add an account; a link lets its person in. */
export function addAccount(wanted: NewAccount): Promise<void> {
  return body(client.POST('/api/accounts', { body: wanted }));
}

/** Disable an account, or let it in again. */
export function disableAccount(name: string, disabled: boolean): Promise<void> {
  return body(client.PATCH('/api/accounts/{name}', { params: { path: { name } }, body: { disabled, give: [], take: [] } }));
}

/** Make the link with which an account's person sets a password. */
export function makeLink(name: string): Promise<MadeLink> {
  return body(client.POST('/api/accounts/{name}/link', { params: { path: { name } } }));
}
