// One thing done to many deployments: how many before, and what became of each after. Each is guarded by the state that the operator saw.

import { html, useEffect, useMemo, useRef, useState } from './vendor/htm-preact-standalone.js';
import { ApiError, newKey } from './api.js';
import { Failure } from './parts.js';
import { useBoard } from './resource.js';
import { many, visible } from './text.js';

const PAGE = 1000;
// So many requests at once: the service has other callers too.
const AT_ONCE = 6;
const MOVED_ON = 'moved on since it was selected';

export const ACTIONS = {
  run: { name: 'Run again', text: 'Their servers’ agents get them as a new execution and run them once more.', done: 'queued to run again' },
  fail: { name: 'Mark failed', text: 'They become FAILED. Agents that are still at work are not stopped, and their reports count when they come.', done: 'marked failed' },
  remove: { name: 'Delete', text: 'They are deleted, and their servers have them no more. Their history stays until it is purged.', done: 'deleted' },
};

/** The dialog. `rows` is null where all that fit the filters are meant, which are counted first. `close(isDone)` ends it. */
export function Bulk({ action, rows, filters, caller, close }) {
  const { api, say } = useBoard();
  const dialog = useRef();
  const stop = useRef(new AbortController());
  const [found, setFound] = useState(rows);
  const [error, setError] = useState(null);
  const [reason, setReason] = useState(`Marked failed by ${caller.name}`);
  const [outcome, setOutcome] = useState(null);
  const key = useMemo(newKey, []);
  const { name, text, done } = ACTIONS[action];

  useEffect(() => {
    dialog.current.showModal();
    if (!rows) {
      allOf(api, filters, stop.current.signal).then(setFound, fault => stop.current.signal.aborted || setError(fault));
    }
    return () => stop.current.abort();
  }, []);

  const submit = async event => {
    event.preventDefault();
    const counts = { of: found.length, done: 0, refused: new Map(), isOver: false };
    const tell = () => setOutcome({ ...counts });
    tell();
    await inParallel(found, stop.current.signal, async row => {
      try {
        await act(api, action, row, reason, `${key}-${row.id}`, stop.current.signal);
        counts.done += 1;
      } catch (fault) {
        if (stop.current.signal.aborted) {
          return;
        }
        const why = fault.status === 412 ? MOVED_ON : fault.message.replaceAll(row.id, '…');
        counts.refused.set(why, (counts.refused.get(why) ?? 0) + 1);
      }
      tell();
    });
    counts.isOver = true;
    tell();
    say(`${many(counts.done, 'deployment')} ${done}.`);
  };
  const servers = found ? new Set(found.map(row => row.server_id)).size : 0;
  const refused = outcome ? [...outcome.refused.values()].reduce((sum, number) => sum + number, 0) : 0;

  return html`<dialog ref=${dialog} aria-labelledby="bulk-title" onClose=${() => close(outcome !== null)}>
    <form onSubmit=${submit}>
      <h2 id="bulk-title">${name}${found ? ` ${many(found.length, 'deployment')} on ${many(servers, 'server')}` : ''}?</h2>
      ${outcome ? html`
        <p role="status">${outcome.isOver
          ? `${many(outcome.done, 'deployment')} ${done}${refused ? `, ${refused} not` : ''}${outcome.done + refused < outcome.of ? `, ${many(outcome.of - outcome.done - refused, 'left alone', 'left alone')}` : ''}.`
          : `${outcome.done + refused} of ${outcome.of}…`}</p>
        <progress max=${outcome.of} value=${outcome.done + refused} aria-label="Done"></progress>
        ${refused ? html`<ul class="reasons">${[...outcome.refused].map(([why, number]) => html`<li key=${why}>${number} × ${visible(why)}</li>`)}</ul>` : null}`
      : html`
        <p>${found ? text : error ? null : 'Counting those that match…'}</p>
        ${action === 'fail' ? html`<label class="field">Reason
          <textarea required rows="3" maxlength="4000" value=${reason} onInput=${event => setReason(event.target.value)}></textarea>
        </label>` : null}`}
      <${Failure} error=${error} />
      <div class="actions">
        ${outcome ? null : html`<button class=${action === 'remove' ? 'danger' : 'primary'} disabled=${!found?.length}>${name}</button>`}
        ${outcome && !outcome.isOver
          ? html`<button type="button" onClick=${() => stop.current.abort()}>Stop</button>`
          : html`<button type="button" onClick=${() => dialog.current.close()}>${outcome ? 'Close' : 'Cancel'}</button>`}
      </div>
    </form>
  </dialog>`;
}

/** All deployments that fit the filters, page by page. */
async function allOf(api, filters, signal) {
  const found = [];
  let query = new URLSearchParams([...filters, ['limit', PAGE], ['values', 'false']]);
  while (query) {
    const page = await api.get(`software_deployments?${query}`, signal);
    found.push(...page.software_deployments);
    const next = page.software_deployments_links?.[0].href;
    query = next ? new URL(next, document.baseURI).searchParams : null;
  }
  return found;
}

async function act(api, action, row, reason, key, signal) {
  const path = `software_deployments/${encodeURIComponent(row.id)}`;
  const { json, etag } = await patiently(() => api.send('GET', `${path}?values=false`, { signal }), signal);
  const now = json.software_deployment;
  if (now.status !== row.status || now.updated_time !== row.updated_time) {
    throw new ApiError(412, MOVED_ON);
  }
  if (action === 'run') {
    // The same key at each try: one whose answer was lost runs nothing twice.
    const headers = { 'Idempotency-Key': key };
    await patiently(() => api.send('POST', `${path}/run`, { headers, signal }), signal);
    return;
  }
  const request = action === 'fail' ? ['PUT', { status: 'FAILED', status_reason: reason }] : ['DELETE'];
  await patiently(() => api.send(request[0], path, { body: request[1], ifMatch: etag, signal }), signal);
}

/** Waits where the service says that these are too many requests, or that it cannot now. */
async function patiently(send, signal) {
  for (let wait = 1000; ; wait = Math.min(2 * wait, 10_000)) {
    try {
      return await send();
    } catch (fault) {
      if (![429, 503].includes(fault.status) || signal.aborted) {
        throw fault;
      }
      await new Promise(resolve => setTimeout(resolve, wait));
    }
  }
}

async function inParallel(rows, signal, work) {
  const rest = [...rows];
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    while (rest.length && !signal.aborted) {
      await work(rest.shift());
    }
  }));
}
