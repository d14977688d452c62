/** Words and signs for what the program answers in codes. Each sign differs in shape, not only in colour. */
import type { Band, Outcome, Report, SegmentClass } from './api/shapes';
import type { WorkerState } from './api/types';
import type { Word } from './dictionary';
import { pick, t } from './i18n';

export const BAND_SIGN: Record<Band, string> = { over: '▲', in: '', under: '▼' };
export const BAND_WORD: Record<Band, Word> = { over: '超出', in: '合适', under: '不足' };

export const OUTCOME_SIGN: Record<Outcome, string> = { met: '✓', short: '✕', review: '?' };
export const OUTCOME_WORD: Record<Outcome, Word> = { met: '达标', short: '未达标', review: '待复核' };

export const STATE_SIGN: Record<WorkerState, string> = {
  in_grid: '●',
  out_of_grid: '▲',
  silent: '■',
  overdue: '◆',
  not_started: '○',
  off_duty: '·',
};

export const CLASS_WORD: Record<SegmentClass, Word> = {
  inside: '网格内',
  uncertain: '不确定',
  outside: '网格外',
  unknown: '不明',
};

const SIGN_WORDS: Record<string, Word> = {
  ridden: '骑行',
  standing: '久停',
  constant_accuracy: '精度恒定',
  equal_steps: '步距过匀',
  noiseless: '无噪声',
  drawn_noise: '噪声似随机生成',
  mock: '模拟定位',
  copied: '轨迹雷同',
  alike: '路线雷同',
  equal_times: '时间间隔过匀',
  clock_skew: '时钟偏差',
  no_accuracy: '不报精度',
};

/** Return the word for a kind of sign; an unknown kind is shown as it is. */
export function signWord(kind: string): string {
  const word = SIGN_WORDS[kind];
  return word ? t(word) : kind;
}

/** Return the word for a state. */
export function stateWord(report: Report): string {
  switch (report.state) {
    case 'reported':
      return t('已上报');
    case 'sent_up':
      return t('已呈送');
    case 'handling':
      return t('处理中');
    case 'closed':
      return t('已办结');
    default:
      return pick({ zh: report.state_zh, en: report.state_en });
  }
}

/** Return the word for a severity from 1 to 3. */
export function severityWord(severity: number): string {
  if (severity <= 1) return t('一般');
  return severity === 2 ? t('较大') : t('重大');
}
