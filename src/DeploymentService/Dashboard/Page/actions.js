// What can be done about a deployment, by those whose role allows it. Each action asks first, and is guarded by the state that was read.

import { html, useEffect, useRef, useState } from './vendor/htm-preact-standalone.js';
import { ApiError } from './api.js';
import { curl } from './clipboard.js';
import { CopyButton, Failure } from './parts.js';
import { useBoard } from './resource.js';
import { navigate } from './router.js';
import { listOf } from './trail.js';

const MOVED_ON = 'The deployment has moved on since you read it. It has been loaded again: check it and try again.';

const ACTIONS = {
  fail: { name: 'Mark failed', text: 'The deployment becomes FAILED. An agent that is still at work is not stopped, and its report counts when it comes.', done: 'Deployment marked failed.' },
  run: { name: 'Run again', text: 'The server’s agent gets the deployment as a new execution and runs it once more.', done: 'Deployment queued to run again.' },
  remove: { name: 'Delete', text: 'The deployment is deleted, and the server has it no more. The history stays until it is purged.', done: 'Deployment deleted.' },
};

export function Actions({ deployment, etag, caller, reload }) {
  const [open, setOpen] = useState(null);
  const offered = Object.keys(ACTIONS).filter(action => action !== 'fail' || deployment.status !== 'FAILED');
  return html`
    ${offered.map(action => html`<button key=${action} type="button" class=${action === 'remove' ? 'danger' : null} onClick=${() => setOpen(action)}>${ACTIONS[action].name}…</button>`)}
    ${open ? html`<${Dialog} action=${open} deployment=${deployment} etag=${etag} caller=${caller} reload=${reload} close=${() => setOpen(null)} />` : null}`;
}

function Dialog({ action, deployment, etag, caller, reload, close }) {
  const { api, project, say, trail } = useBoard();
  const dialog = useRef();
  // The state that the operator saw when deciding, whatever is loaded meanwhile.
  const guard = useRef(etag);
  const [reason, setReason] = useState(`Marked failed by ${caller.name}`);
  const [error, setError] = useState(null);
  const [isBusy, setBusy] = useState(false);
  const { name, text, done } = ACTIONS[action];
  const request = requestOf(action, deployment.id, reason);

  useEffect(() => dialog.current.showModal(), []);

  const submit = async event => {
    event.preventDefault();
    setBusy(true);
    try {
      await api.send(request.method, request.path, { body: request.body, ifMatch: action === 'run' ? null : guard.current });
      dialog.current.close();
      say(done);
      if (action === 'remove') {
        // Not back into what is gone.
        navigate(listOf(trail, project), { replace: true });
      } else {
        reload();
      }
    } catch (fault) {
      setBusy(false);
      setError(fault.status === 412 ? new ApiError(412, MOVED_ON) : fault);
      if (fault.status === 412) {
        reload();
      }
    }
  };

  return html`<dialog ref=${dialog} aria-labelledby="dialog-title" aria-describedby="dialog-text" onClose=${close}>
    <form onSubmit=${submit}>
      <h2 id="dialog-title">${name}?</h2>
      <p id="dialog-text">${text}</p>
      ${action === 'fail' ? html`<label class="field">Reason
        <textarea required rows="3" maxlength="4000" value=${reason} onInput=${event => setReason(event.target.value)}></textarea>
      </label>` : null}
      <${Failure} error=${error} />
      <div class="actions">
        ${error?.status === 412 ? null : html`<button class=${action === 'remove' ? 'danger' : 'primary'} disabled=${isBusy}>${name}</button>`}
        <button type="button" onClick=${() => dialog.current.close()}>${error?.status === 412 ? 'Close' : 'Cancel'}</button>
        <${CopyButton} text=${() => curl(api, request.method, request.path, request.body)} of="The request">Copy as curl<//>
      </div>
    </form>
  </dialog>`;
}

function requestOf(action, id, reason) {
  const path = `software_deployments/${encodeURIComponent(id)}`;
  switch (action) {
    case 'fail': return { method: 'PUT', path, body: { status: 'FAILED', status_reason: reason } };
    case 'run': return { method: 'POST', path: `${path}/run` };
    default: return { method: 'DELETE', path };
  }
}
