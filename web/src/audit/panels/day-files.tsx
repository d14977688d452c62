/** What of the day can be taken along: on paper, and as files. Each file of the track is a look at it. */
import { openDay } from '../data';
import { t } from '../i18n';
import { fixesAddress, heldAddress, type FixesFormat } from '../replay/files';
import { printPage } from '../replay/paper';
import { daySpan } from '../replay/replay';
import { may } from '../../session';
import { lang, workerCode } from '../state';

const FORMATS: Record<FixesFormat, string> = { csv: 'CSV', xlsx: 'Excel', geojson: 'GeoJSON', gpx: 'GPX' };

export function DayFiles() {
  const [code, day] = [workerCode.value, daySpan.value];
  if (!code || !day || !openDay.value) return null;
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
