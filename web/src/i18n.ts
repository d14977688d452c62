/** Sentences in the language that is chosen now. */
import { english } from './dictionary';
import { inLanguage, type Dictionary, type Values } from './language';
import { chosenTheme, lang } from './look';

/** Return what says the sentences of a dictionary in the language that is chosen now. */
export function speaker<D extends Dictionary>(dictionary: D) {
  return <S extends keyof D & string>(sentence: S, ...values: Values<S>): string =>
    inLanguage(dictionary, lang.value, sentence, ...values);
}

export const t = speaker(english);

/** Pick the half of a bilingual answer of the program. */
export function pick(both: { zh: string; en: string }): string {
  return lang.value === 'zh' ? both.zh : both.en;
}

/** Write words one after the other. */
export function inARow(words: readonly string[]): string {
  return words.join(lang.value === 'zh' ? '、' : ', ');
}

/** Where open data is, in the language and theme that are chosen now: its pages else follow the browser's language. */
export function openDataAddress(): string {
  const theme = chosenTheme.value;
  return `/ogc?${new URLSearchParams({ lang: lang.value, ...(theme && { theme }) })}`;
}
