/** What the cards say that appear beside the pointer. */
import type { FlaggedFix, Grid, Report } from '../../api/shapes';
import { zone } from '../data';
import { clock, count, dayAndTime } from '../../format';
import type { Word } from '../dictionary';
import { inARow, t } from '../i18n';
import { spotAt, speedBetween, type Path } from '../replay/path';
import { clockAt, kilometresAnHour } from '../replay/words';
import { isOverdue } from '../reports';
import { lang } from '../state';
import type { Card } from '../../map/card';
import { BAND_SIGN, CLASS_WORD, severityWord, stateWord } from '../../words';

const FLAG_WORDS: Record<string, Word> = {
  bad_accuracy: '精度过差',
  duplicate: '重复',
  out_of_order: '乱序',
  jump: '跳点',
  mock: '模拟定位',
  future: '时间在未来',
  conflict: '冲突',
};

/** Return the words for the flags of a fix; an unknown flag is shown as it is. */
export function flagWords(flags: readonly string[]): string {
  const words = flags.map((flag) => {
    const word = FLAG_WORDS[flag];
    return word ? t(word) : flag;
  });
  return inARow(words);
}

/** A fix that was left out: when, why, how inaccurate. */
export function fixCard(fix: FlaggedFix): Card {
  const accuracy = fix.accuracy_m === null ? [] : [t('精度 {m} 米', { m: Math.round(fix.accuracy_m) })];
  return { title: flagWords(fix.flags), lines: [clock(fix.time, zone.value), ...accuracy] };
}

/** A moment of the track: when, of which class, how fast, how exactly. */
export function momentCard(path: Path, ms: number): Card {
  const spot = spotAt(path, ms);
  const speed = spot && speedBetween(path, spot.index);
  const accuracy = spot ? (path.accuracyM[spot.index] ?? null) : null;
  const lines = [
    spot?.class ? t(CLASS_WORD[spot.class]) : '',
    speed === null ? '' : kilometresAnHour(speed),
    accuracy === null ? '' : t('精度 {m} 米', { m: Math.round(accuracy) }),
  ];
  return { title: clockAt(ms, zone.value), lines: lines.filter(Boolean) };
}

/** An incident or a hazard: what, how bad, how far, until when. */
export function reportCard(report: Report): Card {
  const due = report.deadline ? t('期限 {at}', { at: dayAndTime(report.deadline, zone.value) }) : t('没有期限');
  const late = isOverdue(report, new Date()) ? ` · ${t('已逾期')}` : '';
  return {
    title: report.title,
    lines: [
      `${report.category} · ${severityWord(report.severity)} · ${stateWord(report)}`,
      t('上报于 {at}', { at: dayAndTime(report.reported_at, zone.value) }),
      `${due}${late}`,
    ],
  };
}

/** A grid: households, community, who works there. */
export function gridCard(grid: Grid): Card {
  const households = t('{n} 户', { n: count(grid.households, lang.value) });
  return {
    title: grid.name,
    lines: [`${BAND_SIGN[grid.band]} ${households}`.trim(), grid.community_name, grid.worker_name ?? ''].filter(Boolean),
  };
}
