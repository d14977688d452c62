/** Show what is kept of the last answer; before the first, why there is none. */
import type { ComponentChildren } from 'preact';
import type { KeptResource } from '../../kept';
import { Failed, Loading } from '../../panels/states';
import { Age } from './age';

export function ShowKept<T>({ of, children }: { of: KeptResource<T>; children: (data: T) => ComponentChildren }) {
  const now = of.state.value;
  if (now.data !== null) {
    return (
      <>
        <Age of={now} />
        {children(now.data)}
      </>
    );
  }
  return now.problem ? <Failed problem={now.problem} retry={of.reload} /> : <Loading />;
}
