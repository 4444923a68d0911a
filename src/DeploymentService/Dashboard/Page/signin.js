// Who looks, and at which project.

import { html, useState } from './vendor/htm-preact-standalone.js';
import { Api } from './api.js';

/** The form. `done(project, token)` is called with what the service has taken. */
export function SignIn({ project, needsToken, reason, done }) {
  const [fault, setFault] = useState(null);
  const [isBusy, setBusy] = useState(false);

  const submit = async event => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const name = fields.get('project').trim();
    const token = fields.get('token')?.trim() ?? '';
    setBusy(true);
    try {
      const { caller } = await new Api(name, token).get('caller');
      if (caller.role === 'agent') {
        setFault('This token is an agent’s, which sees one server only. The board needs a reader’s, a member’s or an admin’s.');
      } else {
        done(name, token);
        return;
      }
    } catch (error) {
      setFault(error.status === 401 ? 'The service does not know this token, or it is no longer good.' : error.message);
    }
    setBusy(false);
  };

  return html`<main class="signin" id="main">
    <h1>Deployments</h1>
    <p role="status">${fault ? null : reason}</p>
    ${fault ? html`<p class="failure" role="alert" id="fault"><span aria-hidden="true">✗ </span>${fault}</p>` : null}
    <form onSubmit=${submit}>
      <label for="project">Project</label>
      <input id="project" name="project" required maxlength="64" pattern="[A-Za-z0-9_\\-]+" title="Letters, digits, - and _" autocomplete="organization"
        autocapitalize="off" spellcheck=${false} defaultValue=${project} />
      ${needsToken ? html`<label for="token">Token</label>
        <input id="token" name="token" type="password" required pattern="[!-~]+" title="As it was given to you, without spaces" autocomplete="off" aria-describedby=${fault ? 'fault hint' : 'hint'} />
        <p class="quiet" id="hint">It is kept for this tab only, until you close it or sign out.</p>` : null}
      <button class="primary" disabled=${isBusy}>${needsToken ? 'Sign in' : 'Open'}</button>
    </form>
  </main>`;
}
