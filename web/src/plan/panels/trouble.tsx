/** Why the last change was not made, politely, and what to do about it. */
import { zone } from '../../about';
import type { Problem } from '../../api/problem';
import type { Check, Draft } from '../../api/types';
import { shortClock } from '../../format';
import { pick, t } from '../i18n';
import { me } from '../../session';
import { told } from '../../told';
import { reload, trouble } from '../draft';
import { Choices } from './checks';

export function TroublePanel({ draft }: { draft: Draft }) {
  const { writer } = draft;
  const problem = trouble.value;
  return (
    <>
      {problem && <WhyNot problem={problem} />}
      {!problem && writer && <WriterNote writer={writer} />}
    </>
  );
}

export function WhyNot({ problem }: { problem: Problem }) {
  const { members } = problem;
  if (members['code'] === 'another_writer') return <AnotherWriter name={text(members['name'])} until={text(members['until'])} />;
  if (problem.status === 412) return <Stale by={text(members['by'])} />;
  const isRefusal = typeof members['zh'] === 'string' && typeof members['en'] === 'string';
  const { title, help } = told(problem);
  const choices = (Array.isArray(members['choices']) ? members['choices'] : []) as Check['choices'];
  return (
    <div class="failed refused" role="alert">
      <strong>{isRefusal ? t('没有改动') : title}</strong>
      <p>{isRefusal ? pick({ zh: text(members['zh']), en: text(members['en']) }) : help}</p>
      <div class="deeds">
        <Choices of={choices} />
        <button type="button" class="chip" onClick={() => (trouble.value = null)}>
          {t('知道了')}
        </button>
      </div>
    </div>
  );
}

function AnotherWriter({ name, until }: { name: string; until: string }) {
  return (
    <div class="failed polite" role="alert">
      <strong>{t('{name} 正在编辑这个社区', { name })}</strong>
      <p>{t('一个社区同时只由一人编辑。{at} 以后可以接手；你可以先看，或请对方停下来。', { at: shortClock(until, zone.value) })}</p>
      <Again />
    </div>
  );
}

function Stale({ by }: { by: string }) {
  return (
    <div class="failed polite" role="alert">
      <strong>{t('草案已经变了')}</strong>
      <p>{t('{by} 刚刚改过它。载入最新的再继续；你刚才的这一步没有做。', { by })}</p>
      <Again />
    </div>
  );
}

function Again() {
  return (
    <button type="button" class="button" onClick={reload}>
      {t('载入最新')}
    </button>
  );
}

/** Somebody works here: said before it gets in the way. */
function WriterNote({ writer: { name, until } }: { writer: NonNullable<Draft['writer']> }) {
  if (name === me.value?.name || new Date(until) <= new Date()) return null;
  return (
    <p class="writer note">
      {t('{name} 在编辑，到 {at} 为止', { name, at: shortClock(until, zone.value) })}
    </p>
  );
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
