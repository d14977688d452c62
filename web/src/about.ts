/** What the pages have to know of the program before they show a time. */
import { computed } from '@preact/signals';
import { fetchAbout } from './api/client';
import { ready, resource } from './resource';

export const about = resource(() => fetchAbout);

export const namedZone = computed(() => ready(about.state.value)?.timezone ?? null);

/** The zone of shown times; a page shows none before the program has named it. */
export const zone = computed(() => namedZone.value ?? 'UTC');
