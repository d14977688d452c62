/**
 * How the pages speak: a dictionary is English keyed by Chinese.
 *
 * A missing key is a type error where it is used, and so is a missing or a wrong placeholder.
 */
export type Lang = 'zh' | 'en';

export type Dictionary = Readonly<Record<string, string>>;

type Placeholder<S extends string> = S extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Placeholder<Rest>
  : never;

/** A sentence without placeholders. */
export type WordOf<D extends Dictionary> = {
  [S in keyof D & string]: [Placeholder<S>] extends [never] ? S : never;
}[keyof D & string];

/** What to say for the placeholders of a sentence: nothing when it has none. */
export type Values<S extends string> = [Placeholder<S>] extends [never]
  ? []
  : [values: Record<Placeholder<S>, string | number>];

/** Return a sentence of a dictionary in a given language. */
export function inLanguage<D extends Dictionary, S extends keyof D & string>(
  english: D,
  language: Lang,
  sentence: S,
  ...values: Values<S>
): string {
  const text: string = language === 'zh' ? sentence : (english[sentence] as string);
  const [named] = values as [Record<string, string | number>?];
  return named ? text.replace(/\{(\w+)\}/g, (_, name: string) => String(named[name])) : text;
}
