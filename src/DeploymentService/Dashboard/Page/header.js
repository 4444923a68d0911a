// The top of the page: where one is, whether the page is live, who one is.

import { html } from './vendor/htm-preact-standalone.js';
import { useLiveState } from './live.js';
import { ProjectChoice } from './projects.js';
import { useBoard } from './resource.js';
import { hrefOf } from './router.js';
import { ZONE, count, visible } from './text.js';
import { seesWebhooks } from './webhooks.js';

export function Header({ route, caller, projects, signOut }) {
  return html`<header>
    <${ProjectChoice} projects=${projects} />
    <nav aria-label="Views">
      <${ViewLink} route=${route} view="rollouts">Rollouts<//>
      <${ViewLink} route=${route} view="deployments">Deployments<//>
      <${ViewLink} route=${route} view="servers">Servers<//>
      ${seesWebhooks(caller) ? html`<${ViewLink} route=${route} view="webhooks">Webhooks<//>` : null}
    </nav>
    <${LiveState} />
    <span class="zone quiet" title="The time zone of all times on this page">Times: ${ZONE}</span>
    <span class="caller">${caller ? html`${visible(caller.name)} (${caller.role})` : null}</span>
    <button type="button" class="small leave" title=${caller ? visible(caller.name) : null} onClick=${signOut}>Sign out</button>
  </header>`;
}

function ViewLink({ route, view, children }) {
  const { project } = useBoard();
  return html`<a href=${hrefOf(project, view)} aria-current=${route.view === view ? 'page' : null}>${children}</a>`;
}

const WORDS = {
  connecting: '○ Connecting…',
  live: '● Live',
  behind: '✗ Not up to date, retrying…',
  paused: '‖ Paused',
  lost: '✗ Connection lost, retrying…',
  refused: '✗ Not live: the service refuses the stream',
};

/** Whether what is seen is what is. */
function LiveState() {
  const live = useLiveState(useBoard().live);
  const state = live.state !== 'live' ? live.state : live.isPaused ? 'paused' : live.isBehind ? 'behind' : 'live';
  return html`<div class="live" data-state=${state}>
    <span role="status">${WORDS[state]}</span>
    ${live.isPaused
      ? html`<button type="button" class="small" onClick=${() => live.resume()}>Resume</button>${live.missed ? html`<span class="quiet">${count(live.missed)} new</span>` : null}`
      : html`<button type="button" class="small" onClick=${() => live.pause()}>Pause</button>`}
  </div>`;
}
