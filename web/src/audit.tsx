import { render } from 'preact';
import { App, beginWithOneself } from './audit/app';
import { t } from './audit/i18n';
import { followLook } from './look';
import { followKeys } from './audit/replay/listen';
import { followPlaying } from './audit/replay/player';
import { followState } from './audit/state';
import './styles/tokens.css';
import './styles/base.css';
import './styles/header.css';
import './styles/forms.css';
import './styles/page.css';
import './styles/panels.css';
import './styles/verdicts.css';
import './styles/contests.css';
import './styles/map.css';
import './styles/replay.css';

followState();
beginWithOneself();
followPlaying();
followKeys();
followLook(() => `${t('核查')} · ${t('网格图')}`);
render(<App />, document.getElementById('app') as HTMLElement);
// The machine's own Chinese font comes first; this one is fetched, piece by piece, only where there is none.
void import('./styles/fonts');
