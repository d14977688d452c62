/** The first run: a list of steps from nothing to a first judged day, each ticked off when it is done. */
import { about, zone } from '../about';
import { fetchStarted, type Started } from '../api/start';
import { fullDay } from '../format';
import { inThisLook } from '../look';
import { Header } from '../panels/header';
import { Failed, Loading, Show } from '../panels/states';
import { kept } from '../kept';
import { me, session } from '../session';
import { t } from './i18n';
import { Command } from './panels/command';
import { StepPanel, type StateOfStep } from './panels/step';
import { isDone, stepsOf } from './steps';

const LOOK_EVERY_MS = 10_000;

const SAMPLE = 'GIS_GRID_DATA_DIR=sample-town GIS_GRID_PORT=8421 gis-grid demo';

/** Commands are run elsewhere: the page looks again by itself. */
const started = kept(() => (me.value ? async (abort) => ({ started: await fetchStarted(abort) }) : null), LOOK_EVERY_MS);

export function App() {
  return (
    <div class="starting">
      <Header here="start" />
      <main id="details" tabIndex={-1}>
        <h1>{t('开始使用')}</h1>
        <Show of={session}>{() => <Show of={about}>{() => <Way />}</Show>}</Show>
      </main>
    </div>
  );
}

function Way() {
  const { data, problem } = started.state.value;
  if (!data) return problem ? <Failed problem={problem} retry={started.reload} /> : <Loading />;
  return data.started ? <Steps started={data.started} /> : <NotMine />;
}

function Steps({ started: now }: { started: Started }) {
  const steps = stepsOf(now, (iso) => fullDay(iso, zone.value));
  const done = steps.filter(({ id }) => isDone(id, now)).length;
  const next = steps.find(({ id }) => !isDone(id, now))?.id;
  const stateOf = (id: (typeof steps)[number]['id']): StateOfStep =>
    isDone(id, now) ? 'done' : id === next ? 'next' : 'later';
  return (
    <>
      <p class="lead">{t('从空库到第一个判定日：照着做，每做完一步这里会打勾。')}</p>
      <p class="how-far" role="status">
        <progress max={steps.length} value={done} aria-hidden="true" />
        {next ? (
          t('做完 {n} / {m} 步', { n: done, m: steps.length })
        ) : (
          <>
            <b>{t('全部做完')}</b> <a href={inThisLook('/')}>{t('去核查，看每个判定和它的轨迹。')}</a>
          </>
        )}
      </p>
      {now.synthetic ? (
        <p class="empty">{t('这里就是示例镇：人和地点都是合成的。要用真实数据，请换一个空的数据目录。')}</p>
      ) : (
        <p class="note">
          {t('命令在运行 gis-grid serve 的服务器上、用同一个系统账号和同样的 GIS_GRID_… 设置执行；程序可以一直运行。')}
        </p>
      )}
      <ol class="steps">
        {steps.map((step) => (
          <StepPanel key={step.id} step={step} state={stateOf(step.id)} started={now} />
        ))}
      </ol>
      {!now.synthetic && (
        <section class="sample">
          <h2>{t('只想看看？')}</h2>
          <p>{t('示例镇有三个社区、32 名网格员和两周的轨迹，全是合成的。它要有自己的数据目录：')}</p>
          <Command text={SAMPLE} />
        </section>
      )}
    </>
  );
}

/** Who walks a grid or reads data sets nothing up. */
function NotMine() {
  return (
    <div class="empty">
      <strong>{t('安装还没有完成')}</strong>
      <p>{t('你的管理员或区划员正在准备；需要时请找他们。')}</p>
      <p>
        <a href={inThisLook('/')}>{t('去核查')}</a>
      </p>
    </div>
  );
}
