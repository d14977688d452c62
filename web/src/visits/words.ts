/** Words and signs for what the program answers in codes. Each sign differs in shape, not only in colour. */
import type { Proof, Visit, WhyCalledOff, WhyWithdrawn } from '../api/visits';
import { duration } from '../format';
import { lang } from '../look';
import type { Word } from './dictionary';
import { t } from './i18n';
import type { Order, StateWanted, Tab } from './url';

export const TAB_WORD: Record<Tab, Word> = {
  due: '该走访的',
  made: '走访记录',
  appointments: '预约',
  coverage: '覆盖率',
  places: '要害部位',
};

const CLASS_WORDS: Record<string, Word> = {
  property: '物业和门卫',
  rented: '出租房',
  in_care: '关爱对象',
  household: '居民户',
  follow_up: '登记随访',
};

/** Return the word for a class; an unknown one is shown as it is. */
export function classWord(code: string): string {
  const word = CLASS_WORDS[code];
  return word ? t(word) : code;
}

export type DueState = Exclude<StateWanted, 'all'>;
export const STATE_WORD: Record<StateWanted, Word> = {
  overdue: '已超期',
  due: '该走访',
  done: '本期已访',
  not_asked: '不要求',
  all: '全部状态',
};
export const STATE_SIGN: Record<DueState, string> = { overdue: '▲', due: '●', done: '✓', not_asked: '–' };

export const ORDER_WORD: Record<Order, Word> = { class: '按类别', grid: '按网格', date: '按日期' };

export type Mode = Visit['mode'];
export const MODES: readonly Mode[] = ['door', 'appointment', 'phone'];
export const MODE_WORD: Record<Mode, Word> = { door: '上门', appointment: '按预约', phone: '电话' };

export const WHY_WITHDRAWN: Record<WhyWithdrawn, Word> = {
  wrong_target: '对象填错',
  wrong_time: '时间填错',
  wrong_mode: '方式填错',
  not_made: '其实没有走访',
  entered_twice: '重复填报',
};

export const WHY_CALLED_OFF: Record<WhyCalledOff, Word> = {
  asked_off: '对方要求取消',
  cannot_come: '去不了',
  moved: '改时间',
  mistake: '填错了',
};

export const APPOINTMENT_WORD = {
  open: '待赴约',
  kept: '已赴约',
  missed: '没有赴约',
  called_off: '已取消',
} as const satisfies Record<string, Word>;
export const APPOINTMENT_SIGN = { open: '○', kept: '✓', missed: '△', called_off: '–' } as const;

export const PROOF_SIGN: Record<Proof['state'], string> = { proved: '✓', unproved: '?', no_track: '–' };

/** What the track says of a visit, in fair words. */
export function proofWords({ mode, proof }: Visit): string {
  if (mode === 'phone') return t('电话走访，不对照轨迹');
  if (!proof) return t('还没有对照（每晚对照一次）');
  const stayed = duration(proof.stayed_s, lang.value);
  const m = Math.round(proof.nearest_m ?? 0);
  switch (proof.state) {
    case 'proved':
      return t('轨迹到过 {within} 米内，停留 {stayed}', { within: Math.round(proof.within_m), stayed });
    case 'unproved':
      return t('轨迹最近 {m} 米，停留 {stayed}：可以问一问', { m, stayed });
    case 'no_track':
      return t('那段时间没有轨迹，无从对照');
  }
}
