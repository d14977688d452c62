import { render } from 'preact';
import { t } from './plan/i18n';
import { followLook } from './look';
import { App } from './plan/app';
import { followKeys } from './plan/keys';
import { followState } from './plan/state';
import './styles/tokens.css';
import './styles/base.css';
import './styles/header.css';
import './styles/page.css';
import './styles/forms.css';
import './styles/map.css';
import './styles/plan.css';

followState();
followKeys();
followLook(() => `${t('区划')} · ${t('网格图')}`);
render(<App />, document.getElementById('app') as HTMLElement);
void import('./styles/fonts');
