// The form that starts a rollout. What it sends can be had as curl instead.

import { html, useMemo, useRef, useState } from './vendor/htm-preact-standalone.js';
import { ApiError, newKey } from './api.js';
import { curl } from './clipboard.js';
import { CopyButton, Failure, Heading } from './parts.js';
import { useBoard, useResource } from './resource.js';
import { hrefOf, navigate } from './router.js';
import { many, visible } from './text.js';

const CONFIGS = 200;

export function StartRollout({ route }) {
  const { api, project, say } = useBoard();
  const form = useRef();
  const [error, setError] = useState(null);
  const [isBusy, setBusy] = useState(false);
  const [target, setTarget] = useState('servers');
  const retryOf = route.query.get('retry_of');
  // The same start again, after an answer that got lost, is still one rollout.
  const key = useMemo(newKey, []);
  const configs = useResource('configs', signal => api.get(`software_configs?limit=${CONFIGS}`, signal), () => false).data?.software_configs ?? [];

  const submit = async event => {
    event.preventDefault();
    setBusy(true);
    try {
      const body = bodyOf(new FormData(form.current), retryOf);
      const { json } = await api.send('POST', 'rollouts', { body, headers: { 'Idempotency-Key': key } });
      say(`Rollout started on ${many(json.rollout.total, 'server')}.`);
      navigate(hrefOf(project, 'rollouts', json.rollout.id), { replace: true });
    } catch (fault) {
      setError(fault);
      setBusy(false);
    }
  };

  return html`
    <nav class="trail" aria-label="In the list"><a href=${hrefOf(project, 'rollouts')}>All rollouts</a></nav>
    <${Heading} title=${retryOf ? 'Start a rollout of what is left' : 'Start a rollout'} />
    <form class="start" ref=${form} onSubmit=${submit}>
      <label class="field">Name<input name="name" required maxlength="255" autocomplete="off" /></label>
      <label class="field">Config <input name="config_id" required=${!retryOf} list="configs" autocomplete="off" spellcheck=${false}
        placeholder=${retryOf ? 'the same config' : 'its id; type a part of its name'} defaultValue=${route.query.get('config_id') ?? ''} /></label>
      <datalist id="configs">${configs.map(config => html`<option key=${config.id} value=${config.id}>${visible(config.name ?? '')}</option>`)}</datalist>
      ${retryOf ? html`<p class="wide">On the servers that failed, or were never begun, in an earlier rollout.</p>` : html`
        <fieldset class="wide">
          <legend>On which servers</legend>
          <label><input type="radio" name="target" value="servers" checked=${target === 'servers'} onChange=${() => setTarget('servers')} /> These</label>
          <label><input type="radio" name="target" value="filter" checked=${target === 'filter'} onChange=${() => setTarget('filter')} /> All that match</label>
          ${target === 'servers'
            ? html`<label class="field">Server ids, one a line<textarea name="servers" rows="5" required spellcheck=${false}></textarea></label>`
            : html`<label class="field">Text in the server’s id<input name="q" required spellcheck=${false} /></label>
              <label><input type="checkbox" name="not_silent" /> Without silent ones</label>`}
        </fieldset>`}
      <label class="field">Batches<input name="batch_sizes" pattern="[0-9 ,]*" placeholder="all at once; or 10, 50, 200" /></label>
      <label class="field">Pause between batches, seconds<input name="pause_seconds" type="number" min="0" /></label>
      <label class="check"><input type="checkbox" name="pause_after_batch" /> Wait for a person after each batch</label>
      <label class="field">Stop above so many failures<input name="max_failures" pattern="[0-9]+ *%?" placeholder="no limit; or 5, or 10% of all" /></label>
      <label class="field">Action<input name="action" maxlength="255" /></label>
      <label class="field">Timeout of a server, seconds<input name="timeout" type="number" min="1" placeholder="none" /></label>
      <label class="check"><input type="checkbox" name="skip_done" /> Leave out servers that have it already</label>
      <label class="field wide">Inputs, as JSON<textarea name="input_values" rows="4" spellcheck=${false} placeholder=${'{"name": "value"}'}></textarea></label>
      <div class="wide"><${Failure} error=${error} /></div>
      <div class="actions wide">
        <button class="primary" disabled=${isBusy}>Start</button>
        <a class="button" href=${hrefOf(project, 'rollouts')}>Cancel</a>
        <${CopyButton} text=${() => curl(api, 'POST', 'rollouts', bodyOf(new FormData(form.current), retryOf))} of="The request">Copy as curl<//>
      </div>
    </form>`;
}

/** What the form says, as the API wants it; what was left empty is left out. */
function bodyOf(fields, retryOf) {
  const text = name => (fields.get(name) ?? '').trim() || undefined;
  const number = name => (text(name) === undefined ? undefined : Number(text(name)));
  const flag = name => (fields.has(name) ? true : undefined);
  const limit = text('max_failures');
  return {
    name: text('name'),
    config_id: text('config_id'),
    retry_of: retryOf ?? undefined,
    servers: text('servers')?.split(/\s*\n\s*/),
    server_filter: fields.get('target') === 'filter' ? { q: text('q'), silent: fields.has('not_silent') ? false : undefined } : undefined,
    action: text('action'),
    input_values: text('input_values') === undefined ? undefined : parsed(text('input_values')),
    timeout: number('timeout'),
    batch_sizes: text('batch_sizes')?.split(/[\s,]+/).filter(Boolean).map(Number),
    pause_seconds: number('pause_seconds'),
    pause_after_batch: flag('pause_after_batch'),
    max_failures: limit && !limit.endsWith('%') ? Number(limit) : undefined,
    max_failure_percent: limit?.endsWith('%') ? parseInt(limit, 10) : undefined,
    skip_done: flag('skip_done'),
  };
}

function parsed(json) {
  try {
    return JSON.parse(json);
  } catch (fault) {
    throw new ApiError(400, `The inputs are no JSON: ${fault.message}`);
  }
}
