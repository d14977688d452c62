/** Fields of forms. */
import { useSignal, type Signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import type { Problem } from '../api/problem';
import { t } from '../i18n';
import { told } from '../told';

/** A password that can be looked at while it is typed. */
export function PasswordField(props: {
  id: string;
  label: string;
  value: Signal<string>;
  kind: 'current-password' | 'new-password';
  about?: string;
}) {
  const shown = useSignal(false);
  return (
    <div class="field">
      <label for={props.id}>{props.label}</label>
      <div class="with-button">
        <input
          id={props.id}
          name={props.kind}
          // The types hold that no password is a text.
          type={(shown.value ? 'text' : 'password') as 'password'}
          autocomplete={props.kind}
          autocapitalize="none"
          spellcheck={false}
          required
          maxLength={1024}
          value={props.value.value}
          aria-describedby={props.about}
          onInput={(event) => (props.value.value = event.currentTarget.value)}
        />
        <button type="button" aria-pressed={shown.value} onClick={() => (shown.value = !shown.value)}>
          {shown.value ? t('隐藏') : t('显示')}
          <span class="visually-hidden"> {props.label}</span>
        </button>
      </div>
    </div>
  );
}

/** What went wrong with what was sent, beside its button. */
export function Trouble({ problem }: { problem: Problem | null }) {
  if (!problem) return null;
  const { title, help } = told(problem);
  return (
    <div class="failed" role="alert">
      <strong>{title}</strong>
      {help && <p>{help}</p>}
    </div>
  );
}

/** What was done, told once. */
export function Done({ children }: { children: ComponentChildren }) {
  return (
    <p class="done" role="status">
      <span aria-hidden="true">✓ </span>
      {children}
    </p>
  );
}
