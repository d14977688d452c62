/** What happened, in words without anybody in them. */
import { form, write } from '../form';
import { t } from '../i18n';
import { Lacking, Step } from './step';

export function WhatStep() {
  const { title, description, persons } = form.value;
  return (
    <Step n={2} id="what" title={t('发生了什么')}>
      <p id="nobody" class="hint-of">
        {t('只写几个人，不写是谁：不要填写居民的姓名、电话、证件号。')}
      </p>
      <div class="field">
        <label for="title">{t('标题')}</label>
        <input
          id="title"
          required
          maxLength={200}
          autocomplete="off"
          enterkeyhint="next"
          placeholder={t('例如：三单元楼道堆物')}
          aria-describedby="nobody"
          value={title}
          onInput={(event) => write({ title: event.currentTarget.value })}
        />
        <Lacking what="title" />
      </div>
      <div class="field">
        <label for="description">{t('详细说明（可不填）')}</label>
        <textarea
          id="description"
          rows={3}
          maxLength={10_000}
          aria-describedby="nobody"
          value={description}
          onInput={(event) => write({ description: event.currentTarget.value })}
        />
      </div>
      <div class="field persons">
        <label for="persons">{t('涉及人数（可不填）')}</label>
        <input
          id="persons"
          inputMode="numeric"
          autocomplete="off"
          maxLength={6}
          value={persons}
          onInput={(event) => write({ persons: event.currentTarget.value })}
        />
        <Lacking what="persons" />
      </div>
    </Step>
  );
}
