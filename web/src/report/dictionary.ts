/** What only the page where one reports says. */
import { english as shared } from '../dictionary';
import type { WordOf } from '../language';

export const own = {
} as const;

export const english = { ...shared, ...own };

export type Word = WordOf<typeof english>;
