/** What lies on the map of a draft: tools, what to do with them, and what its colours say. */
import type { Draft } from '../../api/types';
import { Hint } from './hint';
import { Legend } from './legend';
import { Toolbar } from './toolbar';

export function OverMap({ draft }: { draft: Draft }) {
  return (
    <>
      <Toolbar />
      <Hint />
      <Legend draft={draft} />
    </>
  );
}
