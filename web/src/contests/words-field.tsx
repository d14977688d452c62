/** A field for some sentences. */
import type { Signal } from '@preact/signals';
import { MOST_WORDS } from './subject';

/** Below it stands who reads them. */
export function WordsField(props: { id: string; label: string; note: string; written: Signal<string> }) {
  return (
    <div class="field">
      <label for={props.id}>{props.label}</label>
      <textarea
        id={props.id}
        rows={4}
        required
        maxLength={MOST_WORDS}
        aria-describedby={`${props.id}-note`}
        value={props.written.value}
        onInput={(event) => (props.written.value = event.currentTarget.value)}
      />
      <small id={`${props.id}-note`} class="note">
        {props.note}
      </small>
    </div>
  );
}
