/** Sentences of contests in the language that is chosen now. */
import { speaker } from '../i18n';
import { english } from './dictionary';

export const t = speaker(english);
