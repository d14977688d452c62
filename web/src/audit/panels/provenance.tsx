/** Where the verdicts come from, on one line. */
import type { DaysAnswer } from '../../api/types';
import { zone } from '../data';
import { dayAndTime } from '../../format';
import { t } from '../i18n';

export function Provenance({ answer, week: name }: { answer: DaysAnswer; week: string | null }) {
  const profiles = answer.profiles.map(({ name: profile, version }) => `${profile} ${version}`).join(' · ');
  const week = answer.weeks.find((other) => other.week === name) ?? answer.weeks.at(-1);
  return (
    <p class="provenance">
      {t('依据')} <span class="code">{profiles}</span>
      {week && (
        <>
          {' · '}
          {week.week} · {t('第 {n} 版', { n: week.revision })}
          {week.provisional && `（${t('暂定')}）`}
          {' · '}
          {t('判定于 {at}', { at: dayAndTime(week.judged_at, zone.value) })}
        </>
      )}
    </p>
  );
}
