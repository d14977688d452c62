/** Sentences of this page in the language that is chosen now. */
import { speaker } from '../i18n';
import { english } from './dictionary';

export { pick } from '../i18n';

export const t = speaker(english);
