import { render } from 'preact';
import { followLook } from './look';
import { App } from './visits/app';
import { t } from './visits/i18n';
import { followState } from './visits/state';
import './styles/tokens.css';
import './styles/base.css';
import './styles/header.css';
import './styles/forms.css';
import './styles/map.css';
import './styles/visits.css';

followState();
followLook(() => `${t('走访')} · ${t('网格图')}`);
render(<App />, document.getElementById('app') as HTMLElement);
void import('./styles/fonts');
