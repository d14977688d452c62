/** Where one says why a verdict is wrong. What is written stays until it has arrived. */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { useAction } from '../action';
import { fileContest, type Contest } from '../api/contests';
import { ProblemError } from '../api/problem';
import { wordsOf, type Subject } from './subject';
import { t } from './i18n';
import { Trouble } from '../panels/fields';
import { WordsField } from './words-field';

/** Why it was not taken although it arrived. */
type Overtaken = 'judged' | 'open';

/** `code` is the worker that one is; `missed` is called when what is shown is not what there is any more. */
export function ContestForm(props: {
  about: Subject;
  title: string;
  code: string;
  filed: (contest: Contest) => void;
  missed: () => void;
  close: () => void;
}) {
  const written = useSignal('');
  const overtaken = useSignal<Overtaken | null>(null);
  const form = useRef<HTMLFormElement>(null);
  const words = wordsOf(written.value);
  useEffect(() => form.current?.querySelector('textarea')?.focus(), []);
  const { busy, problem, run } = useAction(async () => {
    if (words === null) return;
    overtaken.value = null;
    try {
      props.filed(await fileContest(props.code, { ...props.about, words }));
      props.close();
    } catch (error) {
      overtaken.value = overtakenBy(error);
      if (overtaken.value === null) throw error;
      props.missed();
    }
  });
  return (
    <form
      method="post"
      class="contesting"
      ref={form}
      aria-label={t('异议：{title}', { title: props.title })}
      onSubmit={(event) => {
        event.preventDefault();
        void run();
      }}
    >
      <WordsField
        id="contest-words"
        label={t('哪里不对，为什么')}
        note={t('例如手机没电、临时抽调。能看到这条判定的人都会看到；请不要写居民的姓名、电话和病情。')}
        written={written}
      />
      {overtaken.value && (
        <p class="warned" role="alert">
          {overtaken.value === 'judged'
            ? t('刚刚重新判定过。请看上面的新结果；还不对，就再提交一次。')
            : t('没有提交：这条判定已经提过异议，或者已经达标了。')}
        </p>
      )}
      <Trouble problem={problem.value} />
      <div class="deeds">
        <button type="submit" class="button main" aria-disabled={busy.value || words === null}>
          {busy.value ? t('正在提交…') : problem.value ? t('重试') : t('提交异议')}
        </button>
        <button type="button" class="button" onClick={props.close}>
          {t('取消')}
        </button>
      </div>
    </form>
  );
}

function overtakenBy(error: unknown): Overtaken | null {
  if (!(error instanceof ProblemError) || error.problem.status !== 409) return null;
  return 'revision' in error.problem.members ? 'judged' : 'open';
}
