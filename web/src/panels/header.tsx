/** Name, workspaces, language and theme. */
import { reportsAddress, t } from '../i18n';
import { chosenTheme, lang, theme } from '../state';

export function Header() {
  const dark = theme.value === 'dark';
  return (
    <header class="top">
      <a class="skip" href="#details">
        {t('跳到内容')}
      </a>
      <span class="brand">
        <img src="/icon.svg" alt="" width="26" height="26" />
        {t('网格图')}
      </span>
      <nav aria-label={t('工作区')}>
        <a href="/" aria-current="page">
          {t('核查')}
        </a>
        <a href={reportsAddress()}>{t('报表')}</a>
      </nav>
      <span class="spacer" />
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
    </header>
  );
}
