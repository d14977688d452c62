/** An installation or a workspace without data: what is missing, and where it says how to go on. */
import type { Word } from '../dictionary';
import { t } from '../i18n';
import { inThisLook } from '../look';

export type Missing = 'areas' | 'grids' | 'workers' | 'judged';

const WORD: Record<Missing, Word> = {
  areas: '还没有区域',
  grids: '还没有网格',
  workers: '还没有网格员',
  judged: '还没有判定',
};

export function NothingYet({ what }: { what: Missing }) {
  return (
    <div class="empty nothing-yet" role="status">
      <strong>{t(WORD[what])}</strong>
      <p>{t('先把数据放进来，这里就会有内容。')}</p>
      <p>
        <a href={inThisLook('/start/')}>{t('看下一步做什么')}</a>
      </p>
    </div>
  );
}
