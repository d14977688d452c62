import { render } from 'preact';
import { App } from './live/app';
import { followFeed } from './live/feed';
import { t } from './live/i18n';
import { followKeys } from './live/keys';
import { followState } from './live/state';
import { followAlerts } from './live/telling';
import { followLook, usualTheme } from './look';
import './styles/tokens.css';
import './styles/base.css';
import './styles/header.css';
import './styles/page.css';
import './styles/panels.css';
import './styles/forms.css';
import './styles/map.css';
import './styles/live.css';

// The room that it is made for is dark.
usualTheme.value = 'dark';
followState();
followKeys();
followFeed();
followAlerts();
followLook(() => `${t('实时')} · ${t('网格图')}`);
render(<App />, document.getElementById('app') as HTMLElement);
void import('./styles/fonts');
