import { render } from 'preact';
import { App } from './app';
import { followState } from './state';
import './styles/tokens.css';
import './styles/page.css';
import './styles/panels.css';
import './styles/verdicts.css';
import './styles/map.css';

followState();
render(<App />, document.getElementById('app') as HTMLElement);
// The machine's own Chinese font comes first; this one is fetched, piece by piece, only where there is none.
void import('./styles/fonts');
