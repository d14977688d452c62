import { render } from 'preact';
import { takeSecret } from './door/secret';
import { Welcome } from './door/welcome';
import { t } from './i18n';
import { followLook } from './look';
import './styles/tokens.css';
import './styles/base.css';
import './styles/forms.css';
import './styles/door.css';

const secret = takeSecret();
followLook(() => `${t('设置密码')} · ${t('网格图')}`);
render(<Welcome secret={secret} />, document.getElementById('app') as HTMLElement);
void import('./styles/fonts');
