/** One step of the form: a number, a heading, and what is asked. */
import type { ComponentChildren } from 'preact';
import { t } from '../i18n';
import { missing } from '../sending';
import type { Lack } from '../draft';
import type { Word } from '../dictionary';

export const LACK_WORD: Record<Lack, Word> = {
  category: '选一个类别',
  title: '写一个标题',
  persons: '人数是 0 到 10000 的整数',
  place: '放图钉，或写地址',
  time: '最近 31 天内，不晚于现在',
};

export function Step(props: { n: number; id: string; title: string; children: ComponentChildren }) {
  return (
    <section class="step" aria-labelledby={props.id}>
      <h2 id={props.id}>
        <span class="n" aria-hidden="true">
          {props.n}
        </span>
        <span class="visually-hidden">{t('第 {n} 步', { n: props.n })} </span>
        {props.title}
      </h2>
      {props.children}
    </section>
  );
}

/** What is still missing here, once sending was tried. */
export function Lacking({ what }: { what: Lack }) {
  if (!missing.value.includes(what)) return null;
  return <p class="lacking">{t(LACK_WORD[what])}</p>;
}
