import { render } from 'preact';
import { App } from './incidents/app';
import { t } from './incidents/i18n';
import { followLook, keepLookInAddress } from './look';
import './styles/tokens.css';
import './styles/base.css';
import './styles/header.css';
import './styles/page.css';
import './styles/forms.css';

keepLookInAddress();
followLook(() => `${t('事件')} · ${t('网格图')}`);
render(<App />, document.getElementById('app') as HTMLElement);
void import('./styles/fonts');
