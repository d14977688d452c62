/** What is said of a link that does not work. */
import type { Problem } from '../api/problem';
import { t } from '../i18n';
import { Trouble } from '../panels/fields';

/** A link that was used, is too old or was cut short, and whom to ask. */
export function LinkTrouble({ problem }: { problem: Problem }) {
  if (problem.status === null || problem.status === 429) return <Trouble problem={problem} />;
  return (
    <div class="failed" role="alert">
      <strong>{t('这个链接不能用了')}</strong>
      <p>{t('链接只能用一次，而且会过期。请找管理员要一个新的；在服务器上用 gis-grid user link NAME 就能生成。')}</p>
    </div>
  );
}
