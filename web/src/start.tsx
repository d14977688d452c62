import { render } from 'preact';
import { followLook, keepLookInAddress } from './look';
import { App } from './start/app';
import { t } from './start/i18n';
import './styles/tokens.css';
import './styles/base.css';
import './styles/header.css';
import './styles/start.css';

keepLookInAddress();
followLook(() => `${t('开始使用')} · ${t('网格图')}`);
render(<App />, document.getElementById('app') as HTMLElement);
void import('./styles/fonts');
