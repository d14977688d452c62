/** What a report tells of: which days or which period, where, of what, in how large cells. */
import type { ComponentChildren } from 'preact';
import { lang } from '../../look';
import { ownAddress } from '../addresses';
import {
  BY_WORD,
  BYS,
  KIND_WORD,
  KINDS,
  LEVEL_WORD,
  STEP_WORD,
  STEPS,
  type By,
  type Kind,
  type Step,
} from '../catalogue';
import { shownAreas, today, wanted } from '../data';
import type { Word } from '../dictionary';
import { t } from '../i18n';
import { dayAfter, firstDay, lengthOf, LENGTHS, periodOf, stepped, type Length } from '../periods';
import { asked, choose, report } from '../state';

export function Choosers() {
  const { ofPeriod, ofKind, levels, steps, by } = report.value;
  const { kind, resolution, step, by: ground } = asked.value;
  return (
    <form class="choosers" aria-label={t('条件')} onSubmit={(event) => event.preventDefault()}>
      {ofPeriod ? <WhichPeriod /> : <WhichDays />}
      <WhichCommunity />
      {ofKind && (
        <Choice label={t('统计')} value={kind} onChoose={(one) => choose({ kind: one as Kind })}>
          {options(KINDS, KIND_WORD)}
        </Choice>
      )}
      {by && (
        <Choice label={t('对象')} value={ground} onChoose={(one) => choose({ by: one as By })}>
          {options(BYS, BY_WORD)}
        </Choice>
      )}
      {steps && (
        <Choice label={t('每帧')} value={step} onChoose={(one) => choose({ step: one as Step })}>
          {options(STEPS, STEP_WORD)}
        </Choice>
      )}
      {levels && (
        <Choice
          label={t('单元')}
          value={String(levels.includes(resolution) ? resolution : levels[0])}
          onChoose={(one) => choose({ resolution: Number(one) })}
        >
          {[...levels]
            .sort((a, b) => a - b)
            .map((level) => (
              <option key={level} value={level}>
                {t(LEVEL_WORD[level] as Word)}
              </option>
            ))}
        </Choice>
      )}
      <a class="alone" href={ownAddress(wanted.value, lang.value)}>
        {t('单独打开，更多条件')}
      </a>
    </form>
  );
}

function options<T extends string>(all: readonly T[], words: Readonly<Record<T, Word>>) {
  return all.map((one) => (
    <option key={one} value={one}>
      {t(words[one] as Word)}
    </option>
  ));
}

function Choice(props: {
  label: string;
  value: string;
  onChoose: (value: string) => void;
  children: ComponentChildren;
}) {
  return (
    <label>
      <span>{props.label}</span>
      <select value={props.value} onChange={({ currentTarget }) => props.onChoose(currentTarget.value)}>
        {props.children}
      </select>
    </label>
  );
}

function Day(props: { label: string; value: string; onChoose: (day: string | null) => void; max?: string }) {
  return (
    <label>
      <span>{props.label}</span>
      <input
        type="date"
        value={props.value}
        max={props.max}
        onChange={({ currentTarget: { value } }) => props.onChoose(value || null)}
      />
    </label>
  );
}

const SPANS = { week: 7, month: 30 } as const;

/** Days that are told from today on, or one's own. */
function WhichDays() {
  const { from, to } = asked.value;
  const now = today.value;
  const since = (days: number): string => dayAfter(now, 1 - days);
  const span = Object.entries(SPANS).find(([, days]) => from === since(days) && to === now)?.[0];
  const chosen = span ?? (from || to ? 'own' : 'all');
  const choosing = (one: string): void => {
    if (one === 'all') choose({ from: null, to: null });
    else if (one === 'own') choose({ from: from ?? since(SPANS.month), to: to ?? now });
    else choose({ from: since(SPANS[one as keyof typeof SPANS]), to: now });
  };
  return (
    <>
      <Choice label={t('期间')} value={chosen} onChoose={choosing}>
        <option value="all">{t('全部数据')}</option>
        <option value="week">{t('最近 7 天')}</option>
        <option value="month">{t('最近 30 天')}</option>
        <option value="own">{t('自选')}</option>
      </Choice>
      {chosen === 'own' && (
        <>
          <Day
            label={t('从')}
            value={from ?? ''}
            onChoose={(day) => choose({ from: day, ...(day && to && day > to && { to: day }) })}
          />
          <Day
            label={t('到')}
            value={to ?? ''}
            onChoose={(day) => choose({ to: day, ...(day && from && day < from && { from: day }) })}
          />
        </>
      )}
    </>
  );
}

const LENGTH_WORD: Record<Length, Word> = { day: '日', week: '周', month: '月' };

/** A day, a week or a month; without a choice the last whole week. */
function WhichPeriod() {
  const now = today.value;
  const period = wanted.value.period ?? now;
  const next = stepped(period, 1);
  const first = firstDay(period);
  return (
    <>
      <Choice
        label={t('按')}
        value={lengthOf(period)}
        onChoose={(length) => choose({ period: periodOf(first, length as Length) })}
      >
        {options(LENGTHS, LENGTH_WORD)}
      </Choice>
      <div class="stepped">
        <button type="button" class="button" onClick={() => choose({ period: stepped(period, -1) })}>
          <span aria-hidden="true">◀</span>
          <span class="visually-hidden">{t('前一期')}</span>
        </button>
        <output aria-live="polite">{period}</output>
        <button
          type="button"
          class="button"
          disabled={firstDay(next) > now}
          onClick={() => choose({ period: next })}
        >
          <span aria-hidden="true">▶</span>
          <span class="visually-hidden">{t('后一期')}</span>
        </button>
      </div>
      <Day
        label={t('所在日期')}
        value={first}
        max={now}
        onChoose={(day) => day && day <= now && choose({ period: periodOf(day, lengthOf(period)) })}
      />
    </>
  );
}

function WhichCommunity() {
  const { community } = asked.value;
  const all = (shownAreas.value?.features ?? [])
    .map(({ properties }) => properties)
    .filter(({ kind }) => kind === 'community');
  if (all.length < 2 && community === null) return null;
  return (
    <Choice label={t('社区')} value={community ?? ''} onChoose={(code) => choose({ community: code || null })}>
      <option value="">{t('全部社区')}</option>
      {all.map(({ code, name }) => (
        <option key={code} value={code}>
          {name}
        </option>
      ))}
    </Choice>
  );
}
