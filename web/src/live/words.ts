/** Words and signs for states of workers and kinds of alerts. Each sign differs in shape, not only in colour. */
import type { AlertKind, LiveAlert, WorkerState } from '../api/types';
import type { Word } from './dictionary';
import { t } from './i18n';
import type { Which } from './queue';
import type { Seen } from './seen';

export { STATE_SIGN } from '../words';

export const STATE_WORD: Record<WorkerState, Word> = {
  in_grid: '在格内',
  out_of_grid: '出格',
  silent: '失联',
  overdue: '逾期欠时',
  not_started: '未上岗',
  off_duty: '不在岗',
};

export const KIND_SIGN: Record<AlertKind, string> = {
  emergency: '✚',
  out_of_grid: '▲',
  silent: '■',
  not_started: '○',
  overdue: '◆',
};

export const KIND_WORD: Record<AlertKind, Word> = {
  emergency: '紧急事件',
  out_of_grid: '出格',
  silent: '失联',
  not_started: '未上岗',
  overdue: '逾期欠时',
};

export const SEEN_WORD: Record<Seen, Word> = {
  half: '30 分钟内',
  hour: '30–60 分钟',
  two: '1–2 小时',
  more: '2 小时以上',
  never: '今天没到过',
};

export const WHICH_WORD: Record<Which, Word> = { open: '未消除', mine: '交给我的', all: '全部' };

/** Whom or what an alert is about. */
export function subjectOf({ worker, incident }: LiveAlert): string {
  return worker?.name ?? incident?.title ?? '';
}

/** What an alert says, in one line. */
export function spokenAlert(alert: LiveAlert, grid: string): string {
  return [t(KIND_WORD[alert.kind]), subjectOf(alert), grid].filter(Boolean).join(' · ');
}
