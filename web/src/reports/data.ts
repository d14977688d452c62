/** What the page asks for beside the report itself. */
import { computed } from '@preact/signals';
import { zone } from '../about';
import { fetchSession } from '../api/account';
import { fetchAreas } from '../api/client';
import { fullDay } from '../format';
import { lang, theme } from '../look';
import { lastReady, resource } from '../resource';
import { may } from '../session';
import { frameAddress } from './addresses';
import { periodOf, stepped } from './periods';
import { asked, report } from './state';

/** Today where the program is. */
export const today = computed(() => fullDay(new Date().toISOString(), zone.value));

/** What is asked for, with what goes without saying: of a bulletin the last whole week. */
export const wanted = computed(() =>
  report.value.ofPeriod && asked.value.period === null
    ? { ...asked.value, period: stepped(periodOf(today.value, 'week'), -1) }
    : asked.value,
);

const areas = resource(() => (may('see_map') ? fetchAreas : null));
export const shownAreas = lastReady(areas);

/** The address for the frame, as soon as it is known that one is still signed in: a frame cannot lead to the door. */
export const framed = resource(() => {
  if (!may(report.value.permission)) return null;
  const address = frameAddress(wanted.value, lang.value, theme.value);
  return async (abort) => {
    await fetchSession(abort);
    return address;
  };
});
