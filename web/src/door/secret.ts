/** The secret of a link that works once. */
import { keepLookInAddress } from '../look';

/**
 * Take the secret out of the address bar and return it, or an empty text.
 *
 * It stands behind #, which a browser sends to nobody; from here on it is not in the history either.
 */
export function takeSecret(): string {
  const secret = decodeURIComponent(location.hash.slice(1));
  keepLookInAddress();
  // Another link opened in the same tab changes nothing but what is behind #.
  addEventListener('hashchange', () => location.reload());
  return secret;
}
