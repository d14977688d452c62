/** Show what is kept of the last answer, and how old it is while the program does not answer. */
import type { ComponentChildren } from 'preact';
import type { KeptResource } from '../../kept';
import { ShowKept as Shown } from '../../panels/kept';
import { Age } from './age';

export function ShowKept<T>({ of, children }: { of: KeptResource<T>; children: (data: T) => ComponentChildren }) {
  return (
    <>
      <Age of={of.state.value} />
      <Shown of={of}>{children}</Shown>
    </>
  );
}
