/** The reports there are, and what each can be asked. */
import type { Permission } from '../api/types';
import type { Word } from './dictionary';

export type Name = 'hazards' | 'hotspots' | 'film' | 'rates' | 'visits' | 'analysis' | 'scorecards';

export interface Report {
  readonly name: Name;
  readonly word: Word;
  readonly about: Word;
  readonly permission: Permission;
  /** Of a day, week or month; else of any days, on a map. */
  readonly ofPeriod?: true;
  /** Which of hazards and incidents is counted. */
  readonly ofKind?: true;
  /** H3 levels that can be chosen, the usual one first. */
  readonly levels?: readonly number[];
  readonly steps?: true;
  readonly by?: true;
}

const MAP_LEVELS = [10, 9, 11];

export const REPORTS: readonly Report[] = [
  { name: 'hazards', word: '数量', about: '每个单元上报了多少', permission: 'see_reports', ofKind: true, levels: MAP_LEVELS },
  { name: 'hotspots', word: '热点', about: '哪里的聚集超出偶然', permission: 'see_reports', ofKind: true, levels: MAP_LEVELS },
  {
    name: 'film',
    word: '变化',
    about: '逐日、逐周、逐时播放',
    permission: 'see_reports',
    ofKind: true,
    levels: MAP_LEVELS,
    steps: true,
  },
  { name: 'rates', word: '发现率', about: '每巡查小时发现多少', permission: 'see_verdicts', ofKind: true, by: true },
  { name: 'visits', word: '走访覆盖', about: '走访到了哪里，按整周公布', permission: 'see_reports', levels: [10, 9] },
  { name: 'analysis', word: '分析通报', about: '数量、趋势、异常上升、难点', permission: 'see_reports', ofPeriod: true },
  { name: 'scorecards', word: '评分表', about: '每条规则、每名网格员的判定', permission: 'see_verdicts', ofPeriod: true },
];

export function reportOf(name: Name): Report {
  return REPORTS.find((one) => one.name === name) as Report;
}

export const KINDS = ['hazard', 'incident', 'both'] as const;
export type Kind = (typeof KINDS)[number];
export const KIND_WORD: Record<Kind, Word> = { hazard: '隐患', incident: '事件', both: '事件和隐患' };

export const STEPS = ['day', 'week', 'hour', 'weekday'] as const;
export type Step = (typeof STEPS)[number];
export const STEP_WORD: Record<Step, Word> = { day: '一天', week: '一周', hour: '一天中的小时', weekday: '星期几' };

export const BYS = ['grid', 'cell'] as const;
export type By = (typeof BYS)[number];
export const BY_WORD: Record<By, Word> = { grid: '网格', cell: '单元' };

export const LEVEL_WORD: Record<number, Word> = { 9: '9 级，约 200 米', 10: '10 级，约 76 米', 11: '11 级，约 29 米' };
