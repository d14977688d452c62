/** A failed request as the program told it (RFC 9457), or as the browser did. */
export interface Problem {
  /** `null` when no answer came at all. */
  status: number | null;
  title: string;
  detail: string;
  /** Seconds after which another try is looked at, where the program said so. */
  waitS: number | null;
  /** All that the document says, for those who know more of it. */
  members: Readonly<Record<string, unknown>>;
}

/** Thrown by the client for every answer that is not a success. */
export class ProblemError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.title);
  }
}

/** Read the problem document of an answer; a body of another kind still tells its status. */
export function problemOf({ status, headers }: Pick<Response, 'status' | 'headers'>, body: unknown): Problem {
  const members = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  const wait = Number.parseInt(headers.get('Retry-After') ?? '', 10);
  return {
    status,
    title: text(members['title']) || `HTTP ${status}`,
    detail: text(members['detail']),
    waitS: Number.isNaN(wait) ? null : wait,
    members,
  };
}

/** Turn whatever a request threw into a problem. */
export function asProblem(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  return { status: null, title: '', detail: error instanceof Error ? error.message : String(error), waitS: null, members: {} };
}
