/** Nothing is chosen: how it stands in numbers, and what may be reported twice. */
import { count } from '../../format';
import { lang } from '../../look';
import { ready } from '../../resource';
import { counts, pairs } from '../data';
import { SHAPE } from '../deadline';
import { t } from '../i18n';
import { choose } from '../state';
import { ShowKept } from './kept';

const MOST_PAIRS = 8;

export function Overview() {
  return (
    <>
      <h1>{t('事件')}</h1>
      <ShowKept of={counts}>
        {({ matched, open, lights }) => (
          <dl class="totals">
            <Total name={t('列出')} of={matched} />
            <Total name={t('未办结')} of={open} />
            <Total name={`${SHAPE.red} ${t('超期')}`} of={lights['red'] ?? 0} />
            <Total name={`${SHAPE.yellow} ${t('快到期')}`} of={lights['yellow'] ?? 0} />
          </dl>
        )}
      </ShowKept>
      <p class="lead">{t('从列表或地图上选一件，看它到了哪一步、可以做什么。')}</p>
      <Pairs />
      <p class="note keys">{t('键盘：列表里用 ↑ ↓ 移动，回车打开，Esc 关上。')}</p>
    </>
  );
}

function Total({ name, of }: { name: string; of: number }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{count(of, lang.value)}</dd>
    </div>
  );
}

function Pairs() {
  const found = ready(pairs.state.value)?.slice(0, MOST_PAIRS) ?? [];
  if (found.length === 0) return null;
  return (
    <section aria-labelledby="pairs">
      <h2 id="pairs">{t('最近一周可能重复上报的')}</h2>
      <ul class="deviating">
        {found.map(({ codes, titles, likeness, metres }) => (
          <li key={codes.join(' ')}>
            <button type="button" onClick={() => choose(codes[0] ?? null)}>
              <span>{titles.join(' ＋ ')}</span>
              <span class="number">{Math.floor(likeness.score * 100)}%</span>
              <span>{t('{m} 米', { m: Math.round(metres) })}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
