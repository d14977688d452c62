import { render } from 'preact';
import { App } from './account/app';
import { t } from './account/i18n';
import { followLook, keepLookInAddress } from './look';
import './styles/tokens.css';
import './styles/base.css';
import './styles/header.css';
import './styles/forms.css';
import './styles/account.css';

keepLookInAddress();
followLook(() => `${t('我的账号')} · ${t('网格图')}`);
render(<App />, document.getElementById('app') as HTMLElement);
void import('./styles/fonts');
