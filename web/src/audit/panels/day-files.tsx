/** What of the day can be taken along: on paper, and as files. Each file of the track is a look at it. */
import { isoWeek } from '../../format';
import { ready } from '../../resource';
import { openDay, revisions } from '../data';
import { t } from '../i18n';
import { evidenceAddress, fixesAddress, heldAddress, type FixesFormat } from '../replay/files';
import { printPage } from '../replay/paper';
import { daySpan } from '../replay/replay';
import { may } from '../../session';
import { lang, workerCode } from '../state';

const FORMATS: Record<FixesFormat, string> = { csv: 'CSV', xlsx: 'Excel', geojson: 'GeoJSON', gpx: 'GPX' };

export function DayFiles() {
  const [code, day] = [workerCode.value, daySpan.value];
  if (!code || !day || !openDay.value) return null;
  const week = isoWeek(openDay.value);
  const isJudged = (ready(revisions.state.value)?.revisions.length ?? 0) > 0;
  return (
    <section class="day-files" aria-labelledby="take-along">
      <h3 id="take-along">{t('打印和下载')}</h3>
      <p>
        <button type="button" class="button" onClick={() => void printPage()}>
          {t('打印核查单')}
        </button>
      </p>
      <p>
        {t('当天的定位点')}
        {(Object.keys(FORMATS) as FixesFormat[]).map((format) => (
          <a key={format} download href={fixesAddress(code, day, format, lang.value)}>
            {FORMATS[format]}
          </a>
        ))}
      </p>
      {isJudged && (
        <p>
          {t('本周判定的全部依据，可离线复核')}
          <a download href={evidenceAddress(code, week)}>
            {week}
          </a>
        </p>
      )}
      {may('take_own_data') && (
        <p>
          {t('关于这名网格员的全部数据')}
          <a download href={heldAddress(code)}>
            ZIP
          </a>
        </p>
      )}
      <p class="note">{t('下载也会记入台账，网格员本人可以看到。')}</p>
    </section>
  );
}
