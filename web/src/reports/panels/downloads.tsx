/** The files of the report that is shown. */
import { useSignal } from '@preact/signals';
import { useAction } from '../../action';
import { lang } from '../../look';
import { Trouble } from '../../panels/fields';
import { filesOf, type FileOf } from '../addresses';
import { wanted } from '../data';
import { keepFile } from '../files';
import { t } from '../i18n';
import { asked } from '../state';

export function Downloads({ pdf }: { pdf: boolean }) {
  const making = useSignal<string | null>(null);
  const { problem, run } = useAction(async ({ kind, address }: FileOf) => {
    making.value = kind;
    try {
      await keepFile(address, `${asked.value.report}.${kind.toLowerCase()}`);
    } finally {
      making.value = null;
    }
  });
  const isPrintable = ({ kind }: FileOf): boolean => pdf || kind !== 'PDF';
  return (
    <div class="downloads" role="group" aria-label={t('下载')}>
      <span aria-hidden="true">↓</span>
      {filesOf(wanted.value, lang.value).map((file) => (
        <button
          key={file.kind}
          type="button"
          class="button"
          aria-disabled={making.value !== null || !isPrintable(file)}
          aria-describedby={isPrintable(file) ? undefined : 'no-pdf'}
          onClick={() => isPrintable(file) && void run(file)}
        >
          {nameOf(file)}
        </button>
      ))}
      <span role="status" class="note">
        {making.value && t('正在生成…')}
      </span>
      {!pdf && (
        <p id="no-pdf" class="note">
          {t('此服务器没有 Chromium，不能生成 PDF；请单独打开后用浏览器打印。')}
        </p>
      )}
      <Trouble problem={problem.value} />
    </div>
  );
}

/** What a scorecard's tables hold is more than it shows. */
function nameOf({ kind }: FileOf): string {
  const isOfPatrols = asked.value.report === 'scorecards' && (kind === 'CSV' || kind === 'XLSX');
  return isOfPatrols ? t('巡查明细 {kind}', { kind }) : kind;
}
