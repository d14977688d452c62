/** The chosen incident: what, where, until when, how far; what can be done now; what was done. */
import type { Incident } from '../../api/types';
import { zone } from '../../about';
import { dayAndTime, fullDay, shortClock } from '../../format';
import { Trouble } from '../../panels/fields';
import { gridNames, opened, workflow } from '../data';
import { pick, t } from '../i18n';
import { choose } from '../state';
import { KIND_WORD, LEVEL_WORD, leftWords, severityOf } from '../words';
import { Attachments } from './attachments';
import { Duplicates, Merged } from './duplicates';
import { History } from './history';
import { ShowKept } from './kept';
import { Moves } from './moves';
import { Severity, Sign } from './sign';
import { Steps } from './steps';

export function Details({ code }: { code: string }) {
  return (
    <>
      <div class="over">
        <button type="button" class="back" onClick={() => choose(null)}>
          ← {t('返回列表')}
        </button>
        <button type="button" class="back print" onClick={() => window.print()}>
          {t('打印')}
        </button>
      </div>
      <ShowKept of={opened}>{(incident) => <One key={code} incident={incident} />}</ShowKept>
    </>
  );
}

function One({ incident }: { incident: Incident }) {
  return (
    <article class="incident" aria-labelledby="title">
      <header>
        <p class="of">
          {t(KIND_WORD[incident.kind])} · {pick(incident.category)}
        </p>
        <h1 id="title">
          <Sign of={{ ...incident, state_kind: incident.state.kind }} /> {incident.title}
        </h1>
        <p class="facts">
          <span class="code">{incident.code}</span>
          <Severity of={incident.severity} word={severityOf(incident.severity)} />
          {incident.emergency && <b class="tag emergency">{t('紧急')}</b>}
        </p>
      </header>
      <Deadline of={incident} />
      {workflow.value && <Steps workflow={workflow.value} incident={incident} />}
      <Merged incident={incident} />
      <Moves incident={incident} />
      {incident.description && <p class="description">{incident.description}</p>}
      <Facts of={incident} />
      <Attachments incident={incident} />
      <Duplicates incident={incident} />
      <History of={incident} />
      <Trouble problem={opened.state.value.problem} />
    </article>
  );
}

function Deadline({ of: { state, light, red_at, deadline, due_in_h, emergency, closed_at } }: { of: Incident }) {
  const at = (iso: string): string => dayAndTime(iso, zone.value);
  if (state.kind === 'closed' || red_at === null || due_in_h === null) {
    return <p class="deadline">{closed_at ? t('{at} 办结', { at: at(closed_at) }) : t('没有期限')}</p>;
  }
  return (
    <p class={`deadline ${light}`}>
      <b>{leftWords(due_in_h, emergency)}</b>
      <span>{light === 'red' ? t('自 {at} 起', { at: at(red_at) }) : t(red_at === deadline ? '期限 {at}' : '这一步的期限 {at}', { at: at(red_at) })}</span>
    </p>
  );
}

/** What is known of it; what is not is left out. */
function Facts({ of: one }: { of: Incident }) {
  const at = (iso: string): string => `${fullDay(iso, zone.value)} ${shortClock(iso, zone.value)}`;
  const facts: [string, string | null][] = [
    [t('上报时间'), at(one.reported_at)],
    [t('办结期限'), one.deadline && at(one.deadline)],
    [t('现在由谁办'), one.state.kind === 'open' ? t(LEVEL_WORD[one.level]) : null],
    [t('所在网格'), one.grid_code && (gridNames.value.get(one.grid_code) ?? one.grid_code)],
    [t('地址'), one.address || null],
    [t('位置'), one.geometry ? null : t('没有位置，只在列表里')],
    [t('涉及人数'), one.persons === null ? null : String(one.persons)],
    [t('上报人层级'), one.reporter_tier === null ? null : t('第 {n} 级', { n: one.reporter_tier })],
    [t('流程'), `${pick(one.workflow)} · ${t('第 {n} 版', { n: one.workflow.version })}`],
  ];
  return (
    <dl class="facts-of">
      {facts.map(
        ([name, value]) =>
          value !== null && (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ),
      )}
    </dl>
  );
}
