/** How far an incident has come, as the steps of its workflow. */
import type { Incident, Workflow } from '../../api/types';
import type { Word } from '../dictionary';
import { t } from '../i18n';
import { stepsOf, type Stage } from '../steps';
import { named } from '../words';

const SIGN: Record<Stage, string> = { been: '✓', now: '●', next: '→', other: '·' };
const WORD: Record<Stage, Word> = { been: '走过', now: '现在', next: '可以到', other: '没有到' };

export function Steps({ workflow, incident }: { workflow: Workflow; incident: Incident }) {
  return (
    <ol class="steps-of" aria-label={t('进展')}>
      {stepsOf(workflow, incident).map((step) => (
        <li key={step.name} class={step.stage} aria-current={step.stage === 'now' ? 'step' : undefined}>
          <span aria-hidden="true">{SIGN[step.stage]} </span>
          <span class="visually-hidden">{t(WORD[step.stage])} </span>
          {named(step)}
        </li>
      ))}
    </ol>
  );
}
