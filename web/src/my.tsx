import { render } from 'preact';
import { followLook, keepLookInAddress } from './look';
import { App } from './my/app';
import { followTime } from './my/data';
import { t } from './my/i18n';
import './styles/tokens.css';
import './styles/base.css';
import './styles/header.css';
import './styles/forms.css';
import './styles/verdicts.css';
import './styles/contests.css';
import './styles/my.css';

keepLookInAddress();
followTime();
followLook(() => `${t('我的')} · ${t('网格图')}`);
render(<App />, document.getElementById('app') as HTMLElement);
void import('./styles/fonts');
