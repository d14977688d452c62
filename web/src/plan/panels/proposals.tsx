/** The machine's proposals with their figures, to choose one of. */
import { signal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { fetchProposals } from '../../api/plan';
import type { Draft, Proposal } from '../../api/types';
import { t } from '../i18n';
import { Empty, Loading, Show } from '../../panels/states';
import { resource } from '../../resource';
import { busy, draft as onDesk, edit, isEditable } from '../draft';
import { scenarioId } from '../state';
import { proposing } from '../tools';
import { useSeconds } from './progress';

/** Other seeds, other proposals: how many times others were asked for. */
const others = signal(0);

const proposals = resource<Proposal[]>(() => {
  const id = scenarioId.value;
  const [now, more] = [onDesk.value?.revision, others.value];
  const seed = onDesk.peek()?.seed;
  if (id === null || now === undefined || seed === undefined || !proposing.value) return null;
  return (abort) => fetchProposals(id, seed + more, abort);
});

export function Proposals({ draft }: { draft: Draft }) {
  if (!proposing.value || !isEditable.value) return null;
  return (
    <section class="proposals" aria-labelledby="proposals">
      <h2 id="proposals">{t('自动划分的方案')}</h2>
      <p class="note">{t('锁定的网格不动，其余的按 {least}–{most} 重新划分；采用后仍可撤销。', draft.limits)}</p>
      {proposals.state.value.status === 'loading' ? <Waiting /> : <Show of={proposals}>{(found) => <Found found={found} />}</Show>}
      <div class="deeds">
        <button type="button" class="button" onClick={() => (others.value += 1)}>
          {t('换一组方案')}
        </button>
        <button type="button" class="button" onClick={() => (proposing.value = false)}>
          {t('关闭')}
        </button>
      </div>
    </section>
  );
}

function Waiting() {
  const since = useMemo(() => performance.now(), []);
  const seconds = useSeconds(since);
  return (
    <>
      <p class="note">
        {t('正在划分，大社区要几十秒；关闭就不再等。')} {seconds > 1 && t('{n} 秒', { n: seconds })}
      </p>
      <Loading text={t('正在划分，大社区要几十秒；关闭就不再等。')} />
    </>
  );
}

function Found({ found }: { found: readonly Proposal[] }) {
  if (found.length === 0) return <Empty>{t('没有可以划分的：所有网格都锁定了，或这里没有住户。')}</Empty>;
  return (
    <ol class="cards">
      {found.map((proposal) => (
        <li key={proposal.rank}>
          <OneProposal proposal={proposal} />
        </li>
      ))}
    </ol>
  );
}

function OneProposal({ proposal }: { proposal: Proposal }) {
  const { rank, seed, grids, in_range: inRange, households, compactness, on_ground_share: ground, exceptions } = proposal;
  const adopt = async (): Promise<void> => {
    if (await edit({ op: 'partition', seed, rank })) proposing.value = false;
  };
  return (
    <>
      <h3>{t('方案 {n}', { n: rank + 1 })}</h3>
      <dl class="figures">
        <Figure name={t('网格')} value={String(grids)} />
        <Figure name={t('合适')} value={`${inRange}/${grids}`} />
        <Figure name={t('户数')} value={`${households.least}–${households.most}`} />
        <Figure name={t('紧凑度')} value={compactness.toFixed(2)} />
        <Figure name={t('边界沿路沿河')} value={`${Math.round(ground * 100)}%`} />
        <Figure name={t('例外')} value={String(exceptions.length)} />
        {proposal.crossings > 0 && <Figure name={t('跨河')} value={String(proposal.crossings)} />}
      </dl>
      <button type="button" class="button strong" aria-disabled={busy.value} onClick={() => void adopt()}>
        {t('采用方案 {n}', { n: rank + 1 })}
      </button>
    </>
  );
}

function Figure({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
