/** Show what is kept of the last answer; before the first, why there is none. */
import type { ComponentChildren } from 'preact';
import type { KeptResource } from '../kept';
import { Failed, Loading } from './states';

export function ShowKept<T>({ of, children }: { of: KeptResource<T>; children: (data: T) => ComponentChildren }) {
  const { data, problem } = of.state.value;
  if (data !== null) return <>{children(data)}</>;
  return problem ? <Failed problem={problem} retry={of.reload} /> : <Loading />;
}
