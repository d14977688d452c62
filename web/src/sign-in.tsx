import { render } from 'preact';
import { takeSecret } from './door/secret';
import { SignIn } from './door/sign-in';
import { t } from './i18n';
import { followLook } from './look';
import './styles/tokens.css';
import './styles/base.css';
import './styles/forms.css';
import './styles/door.css';

const secret = takeSecret();
followLook(() => `${t('登录')} · ${t('网格图')}`);
render(<SignIn secret={secret} />, document.getElementById('app') as HTMLElement);
void import('./styles/fonts');
