/** Sentences in the language that is chosen now. */
import { inLanguage, type Sentence, type Values } from './dictionary';
import { lang } from './look';

/** Return a sentence in the language that is chosen now. */
export function t<S extends Sentence>(sentence: S, ...values: Values<S>): string {
  return inLanguage(lang.value, sentence, ...values);
}

/** Pick the half of a bilingual answer of the program. */
export function pick(both: { zh: string; en: string }): string {
  return lang.value === 'zh' ? both.zh : both.en;
}

/** Write words one after the other. */
export function inARow(words: readonly string[]): string {
  return words.join(lang.value === 'zh' ? '、' : ', ');
}

/** Where the reports are, in the language that is chosen now. */
export function reportsAddress(): string {
  return `/reports/?lang=${lang.value}`;
}
