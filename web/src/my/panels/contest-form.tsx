/** Where one says why a verdict is wrong. What is written stays until it has arrived. */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { useAction } from '../../action';
import { fileContest } from '../../api/contests';
import { ProblemError } from '../../api/problem';
import { Trouble } from '../../panels/fields';
import { MOST_WORDS, wordsOf, type Subject } from '../contested';
import { code, contests, days, putContest } from '../data';
import { t } from '../i18n';

/** Why it was not taken although it arrived. */
type Overtaken = 'judged' | 'open';

export function ContestForm({ about, title, close }: { about: Subject; title: string; close: () => void }) {
  const written = useSignal('');
  const overtaken = useSignal<Overtaken | null>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const words = wordsOf(written.value);
  useEffect(() => field.current?.focus(), []);
  const { busy, problem, run } = useAction(async () => {
    if (words === null || code.value === null) return;
    overtaken.value = null;
    try {
      putContest(await fileContest(code.value, { ...about, words }));
      close();
    } catch (error) {
      overtaken.value = overtakenBy(error);
      if (overtaken.value === null) throw error;
      days.reload();
      contests.reload();
    }
  });
  return (
    <form
      method="post"
      class="contesting"
      aria-label={t('异议：{title}', { title })}
      onSubmit={(event) => {
        event.preventDefault();
        void run();
      }}
    >
      <div class="field">
        <label for="contest-words">{t('哪里不对，为什么')}</label>
        <textarea
          id="contest-words"
          ref={field}
          rows={4}
          required
          maxLength={MOST_WORDS}
          aria-describedby="contest-note"
          value={written.value}
          onInput={(event) => (written.value = event.currentTarget.value)}
        />
        <small id="contest-note" class="note">
          {t('例如手机没电、临时抽调。能看到这条判定的人都会看到；请不要写居民的姓名、电话和病情。')}
        </small>
      </div>
      {overtaken.value === 'judged' && (
        <p class="warned" role="alert">
          {t('这一周刚刚重新判定过。请看上面的新结果；还不对，就再提交一次。')}
        </p>
      )}
      {overtaken.value === 'open' && (
        <p class="warned" role="alert">
          {t('没有提交：这条判定已经提过异议，或者已经达标了。')}
        </p>
      )}
      <Trouble problem={problem.value} />
      <div class="deeds">
        <button type="submit" class="button main" aria-disabled={busy.value || words === null}>
          {busy.value ? t('正在提交…') : problem.value ? t('重试') : t('提交异议')}
        </button>
        <button type="button" class="button" onClick={close}>
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
