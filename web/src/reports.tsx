import { render } from 'preact';
import { followLook } from './look';
import { App } from './reports/app';
import { t } from './reports/i18n';
import { followState } from './reports/state';
import './styles/tokens.css';
import './styles/base.css';
import './styles/header.css';
import './styles/reports.css';

followState();
followLook(() => `${t('报表')} · ${t('网格图')}`);
render(<App />, document.getElementById('app') as HTMLElement);
void import('./styles/fonts');
