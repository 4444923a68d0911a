// The board: who is signed in, and which view is looked at.

import { html, render, useCallback, useEffect, useErrorBoundary, useMemo, useRef, useState } from './vendor/htm-preact-standalone.js';
import { Api } from './api.js';
import { Config } from './config.js';
import { Counters } from './counters.js';
import { Deployments } from './deployments.js';
import { Detail } from './detail.js';
import { Header } from './header.js';
import { Live } from './live.js';
import { Failure } from './parts.js';
import { Unknown, useProjects } from './projects.js';
import { Board, useBoard, useResource } from './resource.js';
import { FIRST, hrefOf, navigate, useRoute } from './router.js';
import { Rollout } from './rollout.js';
import { Rollouts } from './rollouts.js';
import { Server, Servers } from './servers.js';
import * as session from './session.js';
import { Shortcuts } from './shortcuts.js';
import { SignIn } from './signin.js';
import { StartRollout } from './startrollout.js';
import { WebhookNotice, Webhooks, seesWebhooks } from './webhooks.js';

// How long a sentence about what was done stays.
const SAID = 10_000;
const EXPIRED = 'You have been signed out: the token is no longer good.';
const LEFT = 'You have signed out.';

// By the view in the address: what shows one, and what shows all.
const VIEWS = {
  rollouts: [id => (id === 'new' ? StartRollout : Rollout), Rollouts],
  deployments: [() => Detail, Deployments],
  servers: [() => Server, Servers],
  configs: [() => Config, Rollouts],
  webhooks: [() => Webhooks, Webhooks],
};

function App() {
  const route = useRoute();
  // `needsToken` is null until the service has said whether it asks for one.
  const [{ signedIn, needsToken, reason }, setState] = useState({ signedIn: session.load(), needsToken: null, reason: null });
  const project = route.project || signedIn?.project || '';

  const signIn = (project, token) => {
    session.save(project, token);
    setState({ signedIn: { project, token }, needsToken: null, reason: null });
    if (route.project !== project) {
      navigate(hrefOf(project, FIRST), { replace: true });
    }
  };
  const signOut = useCallback(reason => {
    session.clear();
    setState({ signedIn: null, needsToken: null, reason });
  }, []);

  useEffect(() => {
    if (signedIn && !route.project) {
      navigate(hrefOf(signedIn.project, FIRST), { replace: true });
    }
  }, [signedIn, route.project]);

  useEffect(() => {
    if (signedIn || needsToken !== null) {
      return;
    }
    document.title = 'Deployments';
    const look = async () => {
      const other = reason ? null : await session.handedOver(route.project);
      if (other) {
        signIn(route.project || other.project, other.token);
        return;
      }
      // Where the service runs without authentication, the project is all that it needs to know.
      const isOpen = await new Api(project || 'demo', '').get('caller').then(() => true, () => false);
      if (isOpen && route.project && !reason) {
        signIn(route.project, '');
      } else {
        setState(state => ({ ...state, needsToken: !isOpen }));
      }
    };
    look();
  }, [signedIn, needsToken]);

  useEffect(() => (signedIn ? session.share({ project, token: signedIn.token }, () => signOut(LEFT)) : undefined), [signedIn, project]);

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
    return { api, project, say, mayTakeFocus, live: new Live(api), kept: new Map(), trail: {} };
  }, [project, token]);
  useEffect(() => {
    board.live.start();
    return () => board.live.stop();
  }, [board]);

  useEffect(() => {
    const timer = setTimeout(() => say(''), SAID);
    return () => clearTimeout(timer);
  }, [said]);

  const leave = () => {
    session.endElsewhere(token);
    signOut(LEFT);
  };
  return html`<${Board.Provider} value=${board}>
    <${Frame} route=${route} signOut=${leave} />
    <${Shortcuts} />
    <p class="said" role="status">${said}</p>
  <//>`;
}

/** What stands around every view. */
function Frame({ route, signOut }) {
  const { api } = useBoard();
  const who = useResource('caller', signal => api.get('caller', signal), () => false);
  // Undefined until it is known: what a caller may do decides how a table looks.
  const caller = who.data?.caller ?? (who.error ? null : undefined);
  const projects = useProjects();
  const summary = useResource('summary', signal => api.get('software_deployments/summary', signal));
  const skip = event => {
    event.preventDefault();
    document.getElementById('main').focus();
  };

  return html`
    <a class="skip" href="#main" onClick=${skip}>Skip to the content</a>
    <${Header} route=${route} caller=${caller} projects=${projects} signOut=${signOut} />
    <main id="main" tabindex="-1">
      <${Unknown} projects=${projects} />
      ${seesWebhooks(caller) ? html`<${WebhookNotice} />` : null}
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
  const [one, all] = VIEWS[route.view] ?? VIEWS.deployments;
  return html`<${route.id ? one(route.id) : all} id=${route.id} route=${route} caller=${caller} hours=${hours} />`;
}

render(html`<${App} />`, document.getElementById('board'));
