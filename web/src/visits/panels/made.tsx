/** Visits that were made, and what the track says of them: a reason to ask, never a verdict. */
import { fetchVisits, withdrawVisit, type Visit, type VisitList } from '../../api/visits';
import { count, dayAndTime } from '../../format';
import { lang } from '../../look';
import { Empty, Show } from '../../panels/states';
import { ready } from '../../resource';
import { may } from '../../session';
import { ALL, days, made, reloadVisits, zone } from '../data';
import { t } from '../i18n';
import { said } from '../said';
import { madeTable } from '../tables';
import { classWord, MODE_WORD, PROOF_SIGN, proofWords, WHY_WITHDRAWN } from '../words';
import { LastWeek } from './last-week';
import { LongList } from './long-list';
import { Download, Tools, WhichDays, WhichGrid } from './tools';
import { Why } from './why';

export function Made() {
  const answer = ready(made.state.value);
  return (
    <>
      <Tools>
        <WhichGrid />
        <WhichDays usual={t('最近七天')} />
        {answer && answer.numberMatched > 0 && <Download name="visits-made" rows={() => whole(answer)} />}
      </Tools>
      <Show of={made}>{(list) => (list.visits.length === 0 ? <Nothing /> : <List answer={list} />)}</Show>
    </>
  );
}

async function whole({ visits, numberMatched }: VisitList) {
  if (visits.length === numberMatched) return madeTable(visits);
  return madeTable((await fetchVisits({ ...days.peek(), limit: ALL })).visits);
}

function Nothing() {
  return (
    <>
      <Empty>
        {t('这些天没有走访。')} {may('report_visits') && t('到“该走访的”里选一项，就能上报走访。')}
      </Empty>
      <LastWeek />
    </>
  );
}

function List({ answer: { visits, numberMatched } }: { answer: VisitList }) {
  const n = (value: number): string => count(value, lang.value);
  return (
    <>
      <p class="fair">{t('对照轨迹只是问一问的理由，从来不是结论：室内定位可能差很远，没有对上也照样计数。')}</p>
      <p class="found" role="status">
        {t('共 {n} 项', { n: n(numberMatched) })}
        {visits.length < numberMatched && (
          <> · {t('显示前 {n} 项，共 {all} 项；下载得到全部。', { n: n(visits.length), all: n(numberMatched) })}</>
        )}
      </p>
      <LongList rows={visits}>{(one) => <Row key={one.code} visit={one} />}</LongList>
    </>
  );
}

function Row({ visit }: { visit: Visit }) {
  const { code, target, visit_class: kind, worker, at, mode, withdrawn, proof } = visit;
  const withdraw = async (why: keyof typeof WHY_WITHDRAWN): Promise<void> => {
    await withdrawVisit(code, why);
    said.value = null;
    reloadVisits();
  };
  return (
    <li class={withdrawn ? 'withdrawn' : ''}>
      <p class="main-line">
        <span class="time">{dayAndTime(at, zone.value)}</span> <b>{classWord(kind)}</b> <span class="code">{target}</span>{' '}
        <span class="tag">{t(MODE_WORD[mode])}</span>
        <Counting visit={visit} />
        <span class="code">{worker}</span>
      </p>
      {(proof || !withdrawn) && (
        <p class={`proof ${proof?.state ?? 'none'}`}>
          <span aria-hidden="true">{proof ? PROOF_SIGN[proof.state] : '·'} </span>
          {proofWords(visit)}
        </p>
      )}
      {withdrawn ? (
        <p class="quiet">
          {t('已撤回：{why}（{by}，{at}）', {
            why: t(WHY_WITHDRAWN[withdrawn.why]),
            by: withdrawn.by,
            at: dayAndTime(withdrawn.at, zone.value),
          })}
        </p>
      ) : (
        may('correct_visits') && (
          <Why label={t('撤回')} of={target} ask={t('撤回的原因')} reasons={WHY_WITHDRAWN} act={withdraw} />
        )
      )}
    </li>
  );
}

function Counting({ visit: { counts, by_stand_in: standIn, withdrawn } }: { visit: Visit }) {
  return (
    <>
      {standIn && <span class="tag">{t('代班')}</span>}
      {!counts && (
        <span class="tag" title={withdrawn ? undefined : t('那时不负责这个网格')}>
          {t('不计数')}
        </span>
      )}
    </>
  );
}
