/** Language and theme, on every page. The address bar is their only store. */
import { computed, effect, signal } from '@preact/signals';
import type { Lang } from './language';
import { readLook, writeLook, type Theme } from './url';

const first = readLook(location.search);

export const lang = signal<Lang>(first.lang);
export const chosenTheme = signal<Theme | null>(first.theme);

const systemDark = matchMedia('(prefers-color-scheme: dark)');
const systemTheme = signal<Theme>(systemDark.matches ? 'dark' : 'light');
systemDark.addEventListener('change', () => {
  systemTheme.value = systemDark.matches ? 'dark' : 'light';
});

/** What a page is in where nobody has chosen; `null` follows the system. */
export const usualTheme = signal<Theme | null>(null);

export const theme = computed<Theme>(() => chosenTheme.value ?? usualTheme.value ?? systemTheme.value);

/** Return the address of another of our pages, in the same language and theme. */
export function inThisLook(path: string, more: Record<string, string> = {}): string {
  const query = new URLSearchParams(more);
  writeLook(query, { lang: lang.value, theme: chosenTheme.value });
  return query.size > 0 ? `${path}?${query}` : path;
}

/** Keep the page's language, theme and name in step. */
export function followLook(title: () => string): void {
  effect(() => {
    document.documentElement.lang = lang.value === 'zh' ? 'zh-CN' : 'en';
    document.documentElement.dataset['theme'] = theme.value;
    document.title = title();
  });
}

/** Keep the address bar in step on a page that has nothing else in it; what follows # goes. */
export function keepLookInAddress(): void {
  effect(() => {
    const query = new URLSearchParams(location.search);
    writeLook(query, { lang: lang.value, theme: chosenTheme.value });
    history.replaceState(null, '', query.size > 0 ? `${location.pathname}?${query}` : location.pathname);
  });
}
