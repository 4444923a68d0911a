// What can be done about a rollout: at once what can be taken back, and what cannot only when it was asked for twice.

import { html, useEffect, useRef, useState } from './vendor/htm-preact-standalone.js';
import { curl } from './clipboard.js';
import { CopyButton, Failure } from './parts.js';
import { useBoard } from './resource.js';
import { hrefOf } from './router.js';
import { many } from './text.js';

const ACTIONS = {
  pause: { name: 'Pause', done: 'Rollout paused.', fits: rollout => rollout.status === 'IN_PROGRESS' },
  resume: { name: 'Resume', done: 'Rollout goes on.', fits: rollout => rollout.status === 'PAUSED' },
  next: { name: 'Next batch now', done: 'Next batch begun.', fits: rollout => ['IN_PROGRESS', 'PAUSED'].includes(rollout.status) && rollout.counts.PENDING > 0 },
  retry: {
    name: 'Retry failed', done: 'The failed servers are tried again.', fits: rollout => rollout.status !== 'ABORTED' && rollout.counts.FAILED > 0,
    text: rollout => `${many(rollout.counts.FAILED, 'server')} that failed will be run again, in front of those that are left.`,
  },
  abort: {
    name: 'Abort', done: 'Rollout aborted.', fits: rollout => ['IN_PROGRESS', 'PAUSED'].includes(rollout.status), isDanger: true,
    text: rollout => `Nothing more is begun: ${many(rollout.counts.PENDING, 'server')} will be left as they are. What runs now, on ${many(rollout.counts.IN_PROGRESS, 'server')}, goes on. It cannot be resumed.`,
  },
};

export function RolloutActions({ rollout, path, reload }) {
  const { api, project, say } = useBoard();
  const [asking, setAsking] = useState(null);
  const [error, setError] = useState(null);
  const act = async action => {
    try {
      await api.send('POST', `${path}/${action}`);
      setError(null);
      say(ACTIONS[action].done);
    } catch (fault) {
      setError(fault);
    }
    setAsking(null);
    reload();
  };
  const isOver = !['IN_PROGRESS', 'PAUSED'].includes(rollout.status);
  return html`
    ${Object.entries(ACTIONS).filter(([, action]) => action.fits(rollout)).map(([key, { name, text, isDanger }]) => html`
      <button key=${key} type="button" class=${isDanger ? 'danger' : null} onClick=${() => (text ? setAsking(key) : act(key))}>${name}${text ? '…' : ''}</button>`)}
    ${isOver && (rollout.counts.FAILED || rollout.counts.PENDING) ? html`<a class="button" href=${hrefOf(project, 'rollouts', 'new', { retry_of: rollout.id })}>New rollout of these…</a>` : null}
    <${Failure} error=${error} />
    ${asking ? html`<${Ask} action=${asking} rollout=${rollout} path=${path} act=${() => act(asking)} close=${() => setAsking(null)} />` : null}`;
}

function Ask({ action, rollout, path, act, close }) {
  const { api } = useBoard();
  const dialog = useRef();
  const { name, text, isDanger } = ACTIONS[action];
  useEffect(() => dialog.current.showModal(), []);
  const submit = event => {
    event.preventDefault();
    act();
  };
  return html`<dialog ref=${dialog} aria-labelledby="dialog-title" aria-describedby="dialog-text" onClose=${close}>
    <form onSubmit=${submit}>
      <h2 id="dialog-title">${name}?</h2>
      <p id="dialog-text">${text(rollout)}</p>
      <div class="actions">
        <button class=${isDanger ? 'danger' : 'primary'}>${name}</button>
        <button type="button" onClick=${() => dialog.current.close()}>Cancel</button>
        <${CopyButton} text=${() => curl(api, 'POST', `${path}/${action}`)} of="The request">Copy as curl<//>
      </div>
    </form>
  </dialog>`;
}
