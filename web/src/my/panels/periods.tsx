/** One's verdicts of this quarter and the one before, and of their months: by what is recorded, not by tracks. */
import type { Period } from '../../api/types';
import { lang } from '../../look';
import { ShowKept } from '../../panels/kept';
import { Empty } from '../../panels/states';
import { periodName } from '../../period-name';
import { periods } from '../data';
import { t } from '../i18n';
import { Signs, VerdictOf } from './verdict';

export function Periods() {
  return (
    <section class="over" aria-labelledby="periods">
      <h2 id="periods">{t('按月、按季的判定')}</h2>
      <ShowKept of={periods}>
        {({ periods: judged }) =>
          judged.length === 0 ? (
            <Empty>{t('还没有按月、按季的判定。有这样的规则时，走访等记录每天夜里判定一次。')}</Empty>
          ) : (
            <div class="week-of">
              {judged.map((one) => (
                <PeriodOf key={one.period} judged={one} />
              ))}
            </div>
          )
        }
      </ShowKept>
    </section>
  );
}

function PeriodOf({ judged: { period, revision, provisional, verdicts } }: { judged: Period }) {
  return (
    <details class="card">
      <summary>
        <Signs verdicts={verdicts} />
        <h3>{periodName(period, lang.value)}</h3>
        <span class="spacer">{provisional && <small class="tag">{t('暂定')}</small>}</span>
      </summary>
      {verdicts.map((verdict) => (
        <VerdictOf
          key={verdict.rule}
          verdict={verdict}
          about={{ subject: 'period', period, rule: verdict.rule, revision }}
        />
      ))}
    </details>
  );
}
