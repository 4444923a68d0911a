// The top of the page: where one is, whether the page is live, who one is.

import { html } from './vendor/htm-preact-standalone.js';
import { useBoard } from './resource.js';
import { hrefOf } from './router.js';
import { useLiveState } from './live.js';
import { count, visible } from './text.js';

export function Header({ route, caller, signOut }) {
  const { project } = useBoard();
  return html`<header>
    <span>Project <b>${project}</b></span>
    <nav aria-label="Views">
      <${ViewLink} route=${route} view="deployments">Deployments<//>
      <${ViewLink} route=${route} view="servers">Servers<//>
    </nav>
    <${LiveState} />
    <span class="caller">${caller ? html`${visible(caller.name)} (${caller.role})` : null}</span>
    <button type="button" onClick=${signOut}>Sign out</button>
  </header>`;
}

function ViewLink({ route, view, children }) {
  const { project } = useBoard();
  return html`<a href=${hrefOf(project, view)} aria-current=${route.view === view ? 'page' : null}>${children}</a>`;
}

const WORDS = {
  connecting: '○ Connecting…',
  live: '● Live',
  lost: '✗ Connection lost, retrying…',
  refused: '✗ Not live: the service refuses the stream',
};

/** Whether what is seen is what is. */
function LiveState() {
  const live = useLiveState(useBoard().live);
  const state = live.isPaused && live.state === 'live' ? 'paused' : live.state;
  return html`<div class="live" data-state=${state}>
    <span role="status">${state === 'paused' ? '‖ Paused' : WORDS[state]}</span>
    ${live.isPaused
      ? html`<button type="button" onClick=${() => live.resume()}>Resume</button>${live.missed ? html`<span class="quiet">${count(live.missed)} new</span>` : null}`
      : html`<button type="button" onClick=${() => live.pause()}>Pause</button>`}
  </div>`;
}
