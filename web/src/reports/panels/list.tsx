/** The reports that one may see. */
import { may } from '../../session';
import { REPORTS, type Report } from '../catalogue';
import { t } from '../i18n';
import { asked, choose } from '../state';

export function List() {
  const mine = REPORTS.filter(({ permission }) => may(permission));
  return (
    <nav class="reports" aria-label={t('全部报表')}>
      <h1>{t('报表')}</h1>
      <Group heading={t('热力图')} reports={mine.filter(({ ofPeriod }) => !ofPeriod)} />
      <Group heading={t('通报与评分')} reports={mine.filter(({ ofPeriod }) => ofPeriod)} />
    </nav>
  );
}

/** On a phone the list is one row that scrolls. */
function bringIntoSight(button: HTMLElement | null): void {
  button?.scrollIntoView({ block: 'nearest', inline: 'center' });
}

function Group({ heading, reports }: { heading: string; reports: readonly Report[] }) {
  return (
    <section>
      <h2>{heading}</h2>
      <ul>
        {reports.map(({ name, word, about }) => (
          <li key={name}>
            <button
              type="button"
              aria-current={asked.value.report === name ? 'true' : undefined}
              ref={asked.value.report === name ? bringIntoSight : undefined}
              onClick={() => choose({ report: name })}
            >
              <b>{t(word)}</b>
              <small>{t(about)}</small>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
