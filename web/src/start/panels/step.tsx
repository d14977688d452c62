/** One step: what it is, who does it, which file it wants, the ways to do it, and how far it is. */
import type { Started } from '../../api/start';
import type { Permission } from '../../api/types';
import { inARow } from '../../i18n';
import { inThisLook } from '../../look';
import { ROLE_WORD } from '../../role-words';
import { may } from '../../session';
import type { Word } from '../dictionary';
import { t } from '../i18n';
import { countOf, type Step, type Wants, type Way } from '../steps';
import { Command } from './command';

export type StateOfStep = 'done' | 'next' | 'later';

const STATE_WORD: Record<StateOfStep, Word> = { done: '已完成', next: '下一步', later: '稍后' };
const SIGN: Record<StateOfStep, string> = { done: '✓', next: '▶', later: '·' };

/** Pages that not everybody may open. */
const NEEDS: Record<string, Permission> = { '/plan/': 'plan', '/account/': 'own_account', '/': 'see_verdicts' };

export function StepPanel({ step, state, started }: { step: Step; state: StateOfStep; started: Started }) {
  const { id, title, about, who, wants, ways } = step;
  const named = inARow(who.map((one) => (one === 'server' ? t('服务器上的人') : t(ROLE_WORD[one]))));
  return (
    <li class={state}>
      <details open={state === 'next'}>
        <summary>
          <span class="sign" aria-hidden="true">
            {SIGN[state]}
          </span>
          <h2>{t(title)}</h2>
          <span class="state">{t(STATE_WORD[state])}</span>
          <span class="count">{countOf(id, started)}</span>
        </summary>
        <p>{t(about)}</p>
        <p class="who">
          <b>{t('谁做')}</b> {named}
        </p>
        {wants && <File wants={wants} />}
        {ways.map((way) => (
          <WayPanel key={way.when} way={way} who={named} />
        ))}
      </details>
    </li>
  );
}

function File({ wants: { file, columns, rows, note } }: { wants: Wants }) {
  const caption = t('{file} 的三行示例', { file });
  return (
    <>
      <h3>{t('要什么文件')}</h3>
      <p class="note">{t(note)}</p>
      <div class="scroll" tabIndex={0} role="region" aria-label={caption}>
        <table>
          <caption>{caption}</caption>
          <thead>
            <tr>
              {columns.map((column) => (
                <th key={column} scope="col">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row[0]}>
                {row.map((text, place) => (
                  <td key={columns[place]}>{text}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function WayPanel({ way: { when, commands, link }, who }: { way: Way; who: string }) {
  const needs = link && NEEDS[link.path];
  return (
    <div class="way">
      <h3>{t(when)}</h3>
      {commands?.map((text) => <Command key={text} text={text} />)}
      {link &&
        (needs && !may(needs) ? (
          <p class="note">{t('你的角色打不开这一页；由{who}来做。', { who })}</p>
        ) : (
          <a class="button go" href={inThisLook(link.path)}>
            {t(link.word)} →
          </a>
        ))}
    </div>
  );
}
