/** The two switches of every page: theme and language. */
import { t } from '../i18n';
import { chosenTheme, lang, theme } from '../look';

export function Switches() {
  const dark = theme.value === 'dark';
  return (
    <>
      <button
        type="button"
        class="button"
        aria-label={dark ? t('切换到浅色') : t('切换到深色')}
        onClick={() => (chosenTheme.value = dark ? 'light' : 'dark')}
      >
        <span aria-hidden="true">{dark ? '☀' : '☾'}</span>
        <span class="wide"> {dark ? t('浅色') : t('深色')}</span>
      </button>
      <button
        type="button"
        class="button"
        lang={lang.value === 'zh' ? 'en' : 'zh-CN'}
        onClick={() => (lang.value = lang.value === 'zh' ? 'en' : 'zh')}
      >
        {lang.value === 'zh' ? 'English' : '中文'}
      </button>
    </>
  );
}

/** The name of the program with its sign. */
export function Brand() {
  return (
    <span class="brand">
      <img src="/icon.svg" alt="" width="26" height="26" />
      <span>{t('网格图')}</span>
    </span>
  );
}
