// The board: who is signed in, and which view is looked at.

import { html, render, useCallback, useEffect, useErrorBoundary, useMemo, useRef, useState } from './vendor/htm-preact-standalone.js';
import { Api } from './api.js';
import { Counters } from './counters.js';
import { Deployments } from './deployments.js';
import { Detail } from './detail.js';
import { Header } from './header.js';
import { Live } from './live.js';
import { Failure } from './parts.js';
import { Board, useBoard, useResource } from './resource.js';
import { hrefOf, navigate, useRoute } from './router.js';
import { Server, Servers } from './servers.js';
import * as session from './session.js';
import { SignIn } from './signin.js';

// How long a sentence about what was done stays.
const SAID = 10_000;
const EXPIRED = 'You have been signed out: the token is no longer good.';

function App() {
  const route = useRoute();
  // `needsToken` is null until the service has said whether it asks for one.
  const [{ signedIn, needsToken, reason }, setState] = useState({ signedIn: session.load(), needsToken: null, reason: null });
  const project = route.project || signedIn?.project || '';

  const signIn = (project, token) => {
    session.save(project, token);
    setState({ signedIn: { project, token }, needsToken: null, reason: null });
    if (route.project !== project) {
      navigate(hrefOf(project, 'deployments'), { replace: true });
    }
  };
  const signOut = useCallback(reason => {
    session.clear();
    setState({ signedIn: null, needsToken: null, reason });
  }, []);

  useEffect(() => {
    if (signedIn && !route.project) {
      navigate(hrefOf(signedIn.project, 'deployments'), { replace: true });
    }
  }, [signedIn, route.project]);

  useEffect(() => {
    if (signedIn || needsToken !== null) {
      return;
    }
    document.title = 'Deployments';
    // Where the service runs without authentication, the project is all that it needs to know.
    new Api(project || 'demo', '').get('caller')
      .then(() => (route.project && !reason ? signIn(route.project, '') : setState(state => ({ ...state, needsToken: false }))))
      .catch(() => setState(state => ({ ...state, needsToken: true })));
  }, [signedIn, needsToken]);

  if (signedIn) {
    return project ? html`<${SignedIn} key=${`${project} ${signedIn.token}`} route=${route} project=${project} token=${signedIn.token} signOut=${signOut} />` : null;
  }
  return needsToken === null ? null : html`<${SignIn} project=${project} needsToken=${needsToken} reason=${reason} done=${signIn} />`;
}

function SignedIn({ route, project, token, signOut }) {
  const [said, say] = useState('');
  // The first view leaves the focus where the browser put it.
  const mayTakeFocus = useRef(false);
  const board = useMemo(() => {
    const api = new Api(project, token, () => signOut(EXPIRED));
    return { api, project, say, mayTakeFocus, live: new Live(api) };
  }, [project, token]);
  useEffect(() => {
    board.live.start();
    return () => board.live.stop();
  }, [board]);

  useEffect(() => {
    const timer = setTimeout(() => say(''), SAID);
    return () => clearTimeout(timer);
  }, [said]);

  return html`<${Board.Provider} value=${board}>
    <${Frame} route=${route} signOut=${() => signOut('You have signed out.')} />
    <p class="said" role="status">${said}</p>
  <//>`;
}

/** What stands around every view. */
function Frame({ route, signOut }) {
  const { api } = useBoard();
  const caller = useResource('caller', signal => api.get('caller', signal), () => false).data?.caller;
  const summary = useResource('summary', signal => api.get('software_deployments/summary', signal));
  const skip = event => {
    event.preventDefault();
    document.getElementById('main').focus();
  };

  return html`
    <a class="skip" href="#main" onClick=${skip}>Skip to the content</a>
    <${Header} route=${route} caller=${caller} signOut=${signOut} />
    <main id="main" tabindex="-1">
      <${Counters} route=${route} summary=${summary} />
      <${View} key=${`${route.view} ${route.id}`} route=${route} caller=${caller} hours=${summary.data?.summary.hours} />
    </main>`;
}

/** The view that the address names. */
function View({ route, caller, hours }) {
  const [fault] = useErrorBoundary(error => console.error(error));
  if (fault) {
    return html`<${Failure} error=${new Error('The board cannot show this. Reload the page; the API has it all the same.')} retry=${() => location.reload()} />`;
  }
  if (route.view === 'servers') {
    return route.id ? html`<${Server} route=${route} />` : html`<${Servers} route=${route} />`;
  }
  return route.id ? html`<${Detail} id=${route.id} caller=${caller} />` : html`<${Deployments} route=${route} hours=${hours} />`;
}

render(html`<${App} />`, document.getElementById('board'));
