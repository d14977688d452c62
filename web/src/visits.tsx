import { render } from 'preact';
import { App } from './visits/app';
import { t } from './visits/i18n';
import { followLook, keepLookInAddress } from './look';
import './styles/tokens.css';
import './styles/base.css';
import './styles/header.css';
import './styles/page.css';
import './styles/forms.css';

keepLookInAddress();
followLook(() => `${t('走访')} · ${t('网格图')}`);
render(<App />, document.getElementById('app') as HTMLElement);
void import('./styles/fonts');
