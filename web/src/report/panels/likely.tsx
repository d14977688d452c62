/** What is likely the same: told before anything is sent. */
import { zone } from '../../about';
import type { LikelyDuplicate } from '../../api/types';
import { dayAndTime, duration } from '../../format';
import { inThisLook, lang } from '../../look';
import { likely, lookFailed } from '../data';
import { t } from '../i18n';

const SAME_TIME_H = 0.05;

export function Likely() {
  const found = likely.value;
  if (found.length === 0) return lookFailed.value ? <p class="note">{t('没有查成是否重复')}</p> : null;
  return (
    <section class="likely" aria-labelledby="likely" role="status">
      <h2 id="likely">
        <span aria-hidden="true">≈ </span>
        {t('可能已经有人报过')} <b>{found.length}</b>
      </h2>
      <p>{t('请先看一眼，是同一件就不用再报。')}</p>
      <ul>
        {found.map((one) => (
          <Row key={one.code} one={one} />
        ))}
      </ul>
    </section>
  );
}

function Row({ one: { code, title, reported_at: at, metres, hours, likeness } }: { one: LikelyDuplicate }) {
  const apart = duration(Math.abs(hours) * 3600, lang.value);
  const when = Math.abs(hours) < SAME_TIME_H ? t('几乎同时') : hours < 0 ? t('早 {h}', { h: apart }) : t('晚 {h}', { h: apart });
  return (
    <li>
      <p class="title-of">{title}</p>
      <p class="facts-of">
        <b>{t('相似 {n}%', { n: Math.round(likeness.score * 100) })}</b>
        <span>{metres === null ? t('没有点') : t('相距 {m} 米', { m: Math.round(metres) })}</span>
        <span>
          {dayAndTime(at, zone.value)} · {when}
        </span>
      </p>
      <a class="button" href={inThisLook('/incidents/', { incident: code })}>
        {t('就是这件')}
        <span class="visually-hidden">：{title}</span>
      </a>
    </li>
  );
}
