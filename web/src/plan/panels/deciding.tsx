/** The second half of the work: compared, reviewed, published, brought in and out. */
import '../../styles/plan-later.css';
import type { Draft } from '../../api/types';
import { Comparison } from './comparison';
import { Exchange } from './exchange';
import { Publishing, PutAway } from './publishing';

export function Deciding({ draft }: { draft: Draft }) {
  return (
    <>
      <Publishing draft={draft} />
      <Comparison draft={draft} />
      <Exchange draft={draft} />
      <PutAway draft={draft} />
    </>
  );
}
