/** Names of months and quarters in words. */
import type { Lang } from './language';

/** Write a month (`2026-11`) or a quarter (`2026-Q4`): `2026年11月` or `November 2026`, `2026年第4季度` or `Quarter 4 of 2026`. */
export function periodName(period: string, lang: Lang): string {
  const [year, part = ''] = period.split('-');
  if (part.startsWith('Q')) return lang === 'zh' ? `${year}年第${part.slice(1)}季度` : `Quarter ${part.slice(1)} of ${year}`;
  const options = { year: 'numeric', month: 'long', timeZone: 'UTC' } as const;
  return new Intl.DateTimeFormat(lang === 'zh' ? 'zh-CN' : 'en-GB', options).format(new Date(`${period}-01`));
}
