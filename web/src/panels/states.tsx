/** Loading, failing and being empty: three things that must never look alike. */
import type { ComponentChildren } from 'preact';
import type { Problem } from '../api/problem';
import { t } from '../i18n';
import type { Loaded, Resource } from '../resource';
import { told } from '../told';

/** Show what a resource holds, or why it does not. */
export function Show<T>(props: { of: Resource<T>; children: (data: T) => ComponentChildren }) {
  const loaded: Loaded<T> = props.of.state.value;
  switch (loaded.status) {
    case 'idle':
      return null;
    case 'loading':
      return <Loading />;
    case 'failed':
      return <Failed problem={loaded.problem} retry={props.of.reload} />;
    case 'ready':
      return <>{props.children(loaded.data)}</>;
  }
}

/** Show only that a resource failed: for what is drawn on the map, where there is no room to say so. */
export function FailureOf<T>({ of }: { of: Resource<T> }) {
  const loaded = of.state.value;
  return loaded.status === 'failed' ? <Failed problem={loaded.problem} retry={of.reload} /> : null;
}

/** Grey bars where the answer will stand. */
export function Loading({ text }: { text?: string }) {
  return (
    <div class="loading" role="status">
      <span class="visually-hidden">{text ?? t('正在加载…')}</span>
      <i />
      <i />
      <i />
    </div>
  );
}

/** Why something is not here, and another try. */
export function Failed({ problem, retry }: { problem: Problem; retry: () => void }) {
  const { title, help } = told(problem);
  return (
    <div class="failed" role="alert">
      <strong>
        {title}
        {problem.status !== null && <span class="code"> {problem.status}</span>}
      </strong>
      {help && <p class="detail">{help}</p>}
      <button type="button" class="button" onClick={retry}>
        {t('重试')}
      </button>
    </div>
  );
}

/** Nothing here, and what to do about it. */
export function Empty({ children }: { children: ComponentChildren }) {
  return <p class="empty">{children}</p>;
}
