/** Verdicts of the months and quarters that the two weeks are in: by what is recorded, not by tracks. */
import { Show } from '../../panels/states';
import { periodName } from '../../period-name';
import { periods } from '../data';
import { t } from '../i18n';
import { lang } from '../state';
import { VerdictCard } from './verdict-card';

export function Periods() {
  return (
    <Show of={periods}>
      {({ periods: judged }) => (
        <>
          {judged.map(({ period, revision, provisional, verdicts }) => (
            <section key={period} aria-labelledby={`of-${period}`}>
              <h3 id={`of-${period}`}>
                {periodName(period, lang.value)}{provisional && `（${t('暂定')}）`}
              </h3>
              {verdicts.map((verdict) => (
                <VerdictCard
                  key={verdict.rule}
                  verdict={verdict}
                  subject={null}
                  about={{ subject: 'period', period, rule: verdict.rule, revision }}
                />
              ))}
            </section>
          ))}
        </>
      )}
    </Show>
  );
}
