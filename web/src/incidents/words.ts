/** Words and signs for what the program answers in codes. */
import type { IncidentKind, IncidentLevel, Role } from '../api/types';
import type { ListedIncident } from '../api/shapes';
import { zone } from '../about';
import { count, dayAndTime } from '../format';
import { lang } from '../look';
import { ready } from '../resource';
import { ROLE_WORD } from '../role-words';
import { categories } from './data';
import { timeLeft, type Sign } from './deadline';
import type { Word } from './dictionary';
import { pick, t } from './i18n';
import type { Sort } from './url';

export const KIND_WORD: Record<IncidentKind, Word> = {
  incident: '事件类',
  hazard: '隐患类',
  dispute: '纠纷类',
  errand: '代办类',
  information: '信息类',
};

export const SORT_WORD: Record<Sort, Word> = { urgency: '最急的在前', newest: '最新的在前', severity: '最重的在前' };

export const SIGN_WORD: Record<Sign, Word> = {
  emergency: '紧急',
  red: '已超期',
  yellow: '快到期',
  open: '未办结',
  closed: '已办结',
};

export const LEVEL_WORD: Record<IncidentLevel, Word> = {
  worker: '网格员',
  community: '社区',
  subdistrict: '街道（乡镇）',
  department: '区级部门',
  hotline: '12345 热线',
};

/** A half of what workflows call a state or a move, as it begins a line. */
export function named(both: { zh: string; en: string }): string {
  const text = pick(both);
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function severityOf(severity: number): string {
  if (severity <= 1) return t('一般');
  return severity === 2 ? t('较大') : t('重大');
}

/** A category in the language of the page; what the tree does not know stays as it was written. */
export function categoryWords({ category, category_code: code }: Pick<ListedIncident, 'category' | 'category_code'>): string {
  const known = code === null ? undefined : ready(categories.state.value)?.find((one) => one.code === code);
  return known ? pick(known) : category;
}

/** A role in words; one that the page does not know stays as it is. */
export function roleWords(role: string): string {
  const word = ROLE_WORD[role as Role];
  return word ? t(word) : role;
}

interface Due {
  state_kind: string;
  red_at: string | null;
  closed_at: string | null;
}

/** By when something is due, in a few words. */
export function dueBriefly({ state_kind, red_at, closed_at }: Due, isOver: boolean): string {
  const at = (iso: string): string => dayAndTime(iso, zone.value);
  if (state_kind === 'closed') return closed_at ? t('{at} 办结', { at: at(closed_at) }) : t('已办结');
  if (!red_at) return t('没有期限');
  return isOver ? t('{at} 起超期', { at: at(red_at) }) : t('{at} 到期', { at: at(red_at) });
}

/** How long there is until a deadline, or since, in words. */
export function leftWords(hours: number, emergency: boolean): string {
  const { amount, unit, over } = timeLeft(hours);
  const n = count(amount, lang.value);
  if (unit === 'min') {
    if (over) return emergency ? t('已超期 {n} 分钟', { n }) : t('已超期 {n} 分钟（工作时间）', { n });
    return emergency ? t('{n} 分钟后到期', { n }) : t('{n} 分钟（工作时间）后到期', { n });
  }
  if (over) return emergency ? t('已超期 {n} 小时', { n }) : t('已超期 {n} 个工作小时', { n });
  return emergency ? t('{n} 小时后到期', { n }) : t('{n} 个工作小时后到期', { n });
}
