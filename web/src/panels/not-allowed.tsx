/** What is said to those who may not see a page. */
import { t } from '../i18n';
import { inThisLook } from '../look';
import { told } from '../told';

export function NotAllowed() {
  const { title, help } = told({ status: 403, title: '', detail: '', waitS: null, members: {} });
  return (
    <div class="failed" role="alert">
      <h1>{title}</h1>
      <p>{help}</p>
      <a class="button" href={inThisLook('/')}>
        {t('去核查')}
      </a>
    </div>
  );
}
