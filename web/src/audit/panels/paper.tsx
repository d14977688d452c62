/** What only the printed page has: whom and which day it is about, who printed it, and the map as a picture. */
import { useEffect, useRef } from 'preact/hooks';
import { chosenGrid, chosenWorker, openDay, zone } from '../data';
import { dayAndTime, longDay } from '../../format';
import { t } from '../i18n';
import { followPrinting } from '../replay/paper';
import { moment } from '../replay/replay';
import { clockAt } from '../replay/words';
import { me } from '../../session';
import { lang } from '../state';

export function Paper() {
  const picture = useRef<HTMLCanvasElement>(null);
  useEffect(() => followPrinting(() => picture.current), []);
  return (
    <div class="paper">
      <Heading />
      <canvas ref={picture} role="img" aria-label={t('地图')} />
    </div>
  );
}

function Heading() {
  const [worker, date, now] = [chosenWorker.value, openDay.value, moment.value];
  if (!worker || !date) return null;
  const printed = dayAndTime(new Date().toISOString(), zone.value);
  return (
    <header>
      <h1>
        {t('核查单')} · {worker.name} <span class="code">{worker.code}</span>
      </h1>
      <p>
        {date} {longDay(date, lang.value)}
        {chosenGrid.value && ` · ${chosenGrid.value.properties.name}`}
        {now !== null && ` · ${t('地图所示时刻 {t}', { t: clockAt(now, zone.value) })}`}
      </p>
      <p class="note">{t('{who} 打印于 {at}', { who: me.value?.display_name ?? '', at: printed })}</p>
    </header>
  );
}
