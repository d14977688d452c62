/** Incidents and hazards as people speak of them. */
import type { Report } from './api/shapes';
import { t } from './i18n';

/** Say whether a report is open after its deadline. */
export function isOverdue({ deadline, state }: Report, now: Date): boolean {
  return state !== 'closed' && deadline !== null && Date.parse(deadline) < now.getTime();
}

/** Return the word for a state. */
export function stateWord(state: Report['state']): string {
  switch (state) {
    case 'reported':
      return t('已上报');
    case 'sent_up':
      return t('已上送');
    case 'handling':
      return t('处理中');
    case 'closed':
      return t('已办结');
  }
}

/** Return the word for a severity from 1 to 3. */
export function severityWord(severity: number): string {
  if (severity <= 1) return t('轻微');
  return severity === 2 ? t('一般') : t('严重');
}
