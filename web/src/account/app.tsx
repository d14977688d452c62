/** One's own account: who one is, where one is signed in, tokens, and what is known of one's track. */
import { about } from '../about';
import { Header } from '../panels/header';
import { Show } from '../panels/states';
import { may, session } from '../session';
import { ChangePassword } from './password';
import { MyTrack } from './my-track';
import { People } from './people';
import { Sessions } from './sessions';
import { Tokens } from './tokens';
import { WhoIAm } from './who-i-am';

export function App() {
  return (
    <div class="own">
      <Header here="account" />
      <main id="details" tabIndex={-1}>
        <Show of={session}>
          {(me) => (
            <Show of={about}>
              {() => (
                <>
                  <div class="narrow">
                    <WhoIAm me={me} />
                    {me.has_password && <ChangePassword me={me} />}
                  </div>
                  <div class="broad">
                    {me.worker && may('see_looks') && <MyTrack code={me.worker} />}
                    <Sessions />
                    <Tokens />
                    {may('manage_accounts') && <People />}
                  </div>
                </>
              )}
            </Show>
          )}
        </Show>
      </main>
    </div>
  );
}
