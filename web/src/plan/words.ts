/** Words for what the program answers of a draft in codes. */
import type { Check, Comparison, DraftListed } from '../api/types';
import type { Word } from './dictionary';
import { t } from './i18n';

const STATE_WORD: Record<DraftListed['state'], Word> = {
  draft: '草案',
  review: '已审核',
  published: '已发布',
  withdrawn: '已撤回',
  dropped: '已放弃',
};

/** Return the word for what became of a draft. */
export function stateWord(state: DraftListed['state']): string {
  return t(STATE_WORD[state]);
}

export const SEVERITY_SIGN: Record<Check['severity'], string> = { error: '✕', warning: '!', note: 'i' };
export const SEVERITY_WORD: Record<Check['severity'], Word> = { error: '必须处理', warning: '注意', note: '说明' };

export const CHANGE_WORD: Record<Comparison['grids'][number]['change'], Word> = {
  new: '新增',
  ends: '撤销的网格',
  changed: '有变动',
  same: '不变',
};
