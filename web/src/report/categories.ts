/** The tree of categories as it is looked through. */
import type { Category } from '../api/types';

export interface Group {
  code: string;
  zh: string;
  en: string;
  categories: Category[];
}

/** Return the groups with what is in them and holds every word of a search; groups with nothing left go. */
export function groupsOf(all: readonly Category[], text = ''): Group[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const groups = all.filter(({ kind }) => kind === null).map(({ code, zh, en }) => ({ code, zh, en }));
  const within = (group: { code: string; zh: string; en: string }): Category[] =>
    all.filter((one) => one.kind !== null && one.parent === group.code && holds(one, group, words));
  const found = groups.map((group) => ({ ...group, categories: within(group) }));
  // What cannot wait is found first.
  const urgent = ({ categories }: Group): number => (categories.some(({ emergency }) => emergency) ? 0 : 1);
  return found.filter(({ categories }) => categories.length > 0).sort((a, b) => urgent(a) - urgent(b));
}

function holds(one: Category, group: { zh: string; en: string }, words: readonly string[]): boolean {
  const held = `${one.zh} ${one.en} ${group.zh} ${group.en} ${one.code}`.toLowerCase();
  return words.every((word) => held.includes(word));
}
