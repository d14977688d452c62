import { render } from 'preact';
import { followLook, keepLookInAddress } from './look';
import { App } from './report/app';
import { followQuestion } from './report/data';
import { followForm } from './report/form';
import { t } from './report/i18n';
import './styles/tokens.css';
import './styles/base.css';
import './styles/header.css';
import './styles/forms.css';
import './styles/map.css';
import './styles/report.css';

keepLookInAddress();
followForm();
followQuestion();
followLook(() => `${t('上报')} · ${t('网格图')}`);
render(<App />, document.getElementById('app') as HTMLElement);
void import('./styles/fonts');
