/** One rule: what it asks, what was reached and how surely, why, and the stretches of track behind it. */
import { useSignal } from '@preact/signals';
import type { Verdict } from '../../api/types';
import type { Subject } from '../../contests/subject';
import { zone } from '../data';
import { amount, clock, duration, shortClock } from '../../format';
import { pick, t } from '../i18n';
import { choose, chosenSpans, replay } from '../replay/replay';
import { chosen, lang } from '../state';
import { OutcomeBadge } from '../../panels/outcome';
import { ContestsOf } from './contests';
import { RangeBar } from './range-bar';

/**
 * `subject` names it among what can be asked for on the map (`null`: it stands on no track), `about` in a contest; a
 * rule of the week has its intervals on other days.
 */
export function VerdictCard(props: { verdict: Verdict; subject: string | null; about: Subject | null; ofWeek?: boolean }) {
  const { verdict, subject, about, ofWeek } = props;
  const { rule, outcome, unit, required, lower, best, upper, unknown_s, reasons, intervals } = verdict;
  const title = pick({ zh: verdict.title_zh, en: verdict.title_en });
  const isChosen = subject !== null && chosen.value?.key === subject;
  return (
    <article class={`verdict ${outcome} ${isChosen ? 'asked-for' : ''}`} aria-label={title}>
      <header>
        <h4>
          {subject === null ? title : <RuleButton title={title} subject={subject} isChosen={isChosen} />}
        </h4>
        <OutcomeBadge outcome={outcome} />
      </header>
      <RangeBar unit={unit} required={required} lower={lower} best={best} upper={upper} outcome={outcome} />
      <p class="required">
        <span class="code">{rule}</span> {required > 0 && t('要求 {d}', { d: amount(required, unit, lang.value) })}
        {unknown_s >= 60 && ` · ${t('时间不明 {d}', { d: duration(unknown_s, lang.value) })}`}
      </p>
      <ul class="reasons">
        {reasons.map((reason) => (
          <li key={reason.code}>{pick(reason)}</li>
        ))}
      </ul>
      {isChosen && replay.value && chosenSpans.value.length === 0 && (
        <p class="nowhere" role="status">
          {t('这一天的轨迹里没有计入这条规则的时段，地图显示全天。')}
        </p>
      )}
      {!ofWeek && subject !== null && intervals.length > 0 && <Intervals intervals={intervals} subject={subject} />}
      {about && <ContestsOf about={about} outcome={outcome} title={title} />}
    </article>
  );
}

/** Goes to what counted for the rule; without a track there is nowhere to go. */
function RuleButton({ title, subject, isChosen }: { title: string; subject: string; isChosen: boolean }) {
  if (!replay.value) return <>{title}</>;
  return (
    <button type="button" class="rule" aria-pressed={isChosen} onClick={() => choose(subject)}>
      {title}
      <span class="visually-hidden"> {t('在地图上看')}</span>
    </button>
  );
}

const FIRST_SHOWN = 4;

type Interval = Verdict['intervals'][number];

function Intervals({ intervals, subject }: { intervals: readonly Interval[]; subject: string }) {
  const all = useSignal(false);
  const shown = all.value ? intervals : longest(intervals, FIRST_SHOWN);
  const isChosen = (part: number): boolean => chosen.value?.key === subject && chosen.value.part === part;
  return (
    <div class="intervals">
      <span>{t('依据时段')}</span>
      {intervals.map(([start, end], index) => {
        const part = index + 1;
        if (!shown.includes(intervals[index] as Interval) && !isChosen(part)) return null;
        return (
          <button
            type="button"
            class="chip"
            key={start}
            aria-pressed={isChosen(part)}
            onClick={() => choose(subject, part)}
          >
            <span class="visually-hidden">{t('放大到')} </span>
            {spanWords(start, end)}
          </button>
        );
      })}
      {!all.value && intervals.length > FIRST_SHOWN && (
        <button type="button" class="chip more" onClick={() => (all.value = true)}>
          {t('再显示 {n} 段', { n: intervals.length - FIRST_SHOWN })}
        </button>
      )}
    </div>
  );
}

/** Return so many of the longest intervals, still in the order of time. */
function longest(intervals: readonly Interval[], most: number): Interval[] {
  const length = ([start, end]: Interval): number => Date.parse(end) - Date.parse(start);
  const kept = new Set([...intervals].sort((a, b) => length(b) - length(a)).slice(0, most));
  return intervals.filter((interval) => kept.has(interval));
}

/** Write a stretch in minutes, or in seconds when it is within one minute. */
function spanWords(start: string, end: string): string {
  const words = [shortClock(start, zone.value), shortClock(end, zone.value)];
  return words[0] === words[1] ? `${clock(start, zone.value)}–${clock(end, zone.value)}` : words.join('–');
}
