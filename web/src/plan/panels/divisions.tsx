/** What was published of a community, newest first: brought back as a draft, or withdrawn before its moment. */
import '../../styles/plan-later.css';
import { useAction } from '../../action';
import { zone } from '../../about';
import type { Published } from '../../api/types';
import type { Word } from '../dictionary';
import { count, dayAndTime, fullDay, shortClock } from '../../format';
import { t } from '../i18n';
import { lang } from '../../look';
import { Empty, Show } from '../../panels/states';
import { Sure } from '../../panels/sure';
import { divisions, restore, standings, withdraw, type Standing } from '../past';
import { Download } from './download';
import { WhyNot } from './trouble';

const STANDING_WORD: Record<Standing, Word> = {
  coming: '待生效',
  'in force': '现行',
  over: '已被取代',
  withdrawn: '已撤回',
};

export function Divisions({ community }: { community: string }) {
  return (
    <Show of={divisions}>
      {(all) => (all.length === 0 ? <None /> : <Found all={all} community={community} />)}
    </Show>
  );
}

function None() {
  return <Empty>{t('还没有发布过：现行网格是导入的。草案在“对照与发布”里发布以后，这里就有记录，也能恢复。')}</Empty>;
}

function Found({ all, community }: { all: readonly Published[]; community: string }) {
  const found = standings(all, new Date());
  // Of those still to come, the last one goes first.
  const last = found.indexOf('coming');
  const first = all.findLastIndex(({ withdrawn_at: withdrawn }) => withdrawn === null);
  return (
    <>
      <ol class="divisions">
        {all.map((one, index) => (
          <li key={one.id} class={found[index] === 'withdrawn' ? 'withdrawn' : undefined}>
            <One one={one} standing={found[index] as Standing} canWithdraw={index === last} isFirst={index === first} />
          </li>
        ))}
      </ol>
      <p class="after-list">
        <Download name={`divisions-${community}`} of={t('历次发布')} rows={() => rowsOf(all, found)} />
      </p>
    </>
  );
}

function One(props: { one: Published; standing: Standing; canWithdraw: boolean; isFirst: boolean }) {
  const { one, standing, canWithdraw, isFirst } = props;
  const day = instant(one.valid_from);
  const { busy, problem, run } = useAction(restore);
  return (
    <>
      <p class="title">
        <time datetime={one.valid_from}>{t('{at} 起', { at: day })}</time>
        <span class={`state ${standing.replace(' ', '-')}`}>{t(STANDING_WORD[standing])}</span>
      </p>
      <p class="note">
        {one.grids !== null && `${t('{n} 个网格', { n: count(one.grids, lang.value) })} · `}
        {one.scenario.name || t('草案 {n}', { n: one.scenario.id })}
      </p>
      <p class="note">
        {t('{name} 发布于 {at}', { name: one.published_by, at: dayAndTime(one.at, zone.value) })}
        {one.reviewed_by && ` · ${t('{name} 已审核', { name: one.reviewed_by })}`}
        {one.withdrawn_by && one.withdrawn_at && (
          <> · {t('{name} 撤回于 {at}', { name: one.withdrawn_by, at: dayAndTime(one.withdrawn_at, zone.value) })}</>
        )}
      </p>
      {problem.value && <WhyNot problem={problem.value} />}
      {standing !== 'withdrawn' && (
        <div class="deeds">
          <button type="button" class="button" aria-disabled={busy.value} onClick={() => void run(one.id, false)}>
            {busy.value ? t('正在准备地块…') : t('恢复这一版')}
            <span class="visually-hidden"> {day}</span>
          </button>
          {isFirst && (
            <button type="button" class="button" aria-disabled={busy.value} onClick={() => void run(one.id, true)}>
              {t('恢复它之前的')}
              <span class="visually-hidden"> {day}</span>
            </button>
          )}
          {canWithdraw && <Sure label={t('撤回发布')} of={day} act={() => withdraw(one)} />}
        </div>
      )}
    </>
  );
}

/** Write an instant; most divisions begin at midnight, which need not be said. */
function instant(iso: string): string {
  const [day, time] = [fullDay(iso, zone.value), shortClock(iso, zone.value)];
  return time === '00:00' ? day : `${day} ${time}`;
}

function rowsOf(all: readonly Published[], found: readonly Standing[]) {
  const head = [t('生效'), t('状态'), t('网格'), t('名称'), t('发布人'), t('发布时间'), t('审核人'), t('撤回人'), t('撤回时间')];
  const rows = all.map((one, index) => [
    one.valid_from,
    t(STANDING_WORD[found[index] as Standing]),
    one.grids,
    one.scenario.name,
    one.published_by,
    one.at,
    one.reviewed_by,
    one.withdrawn_by,
    one.withdrawn_at,
  ]);
  return [head, ...rows];
}
