// One rollout: how far it is, what went wrong and why, what can be done about it, and its servers.

import { html } from './vendor/htm-preact-standalone.js';
import { Bar, PARTS, countsOf } from './bar.js';
import { curl } from './clipboard.js';
import { RolloutActions } from './rolloutactions.js';
import { RolloutServers } from './rolloutservers.js';
import { end, rate } from './rollouts.js';
import { CopyButton, Failure, Heading, Pending, Status, Text, Time } from './parts.js';
import { useBoard, useResource } from './resource.js';
import { hrefOf } from './router.js';
import { count, inZone, many, visible } from './text.js';
import { Values } from './values.js';

const HISTORY = 200;
const WORDS = {
  'rollout.created': 'Created', 'rollout.batch_begun': 'Batch begun', 'rollout.batch_ended': 'Batch ended', 'rollout.paused': 'Paused', 'rollout.resumed': 'Resumed',
  'rollout.next': 'Next batch by hand', 'rollout.aborted': 'Aborted', 'rollout.retried': 'Retried', 'rollout.ended': 'Ended', 'rollout.deleted': 'Removed',
};

export function Rollout({ route, caller }) {
  const { api, project } = useBoard();
  const { id } = route;
  const path = `rollouts/${encodeURIComponent(id)}`;
  // What is hidden is not put on a screen, whoever looks.
  const masked = `${path}?values=masked`;
  const found = useResource(id, signal => api.get(masked, signal), undefined, 'rollout');
  const rollout = found.error?.status === 404 || caller === undefined ? null : found.data?.rollout;
  const mayChange = caller?.role === 'member' || caller?.role === 'admin';

  return html`
    <nav class="trail" aria-label="In the list"><a href=${hrefOf(project, 'rollouts')}>All rollouts</a></nav>
    <div class="bar">
      <${Heading} title=${`Rollout ${rollout?.name ?? id}`} />
      <div class="actions">
        ${rollout && mayChange ? html`<${RolloutActions} rollout=${rollout} path=${path} reload=${found.reload} />` : null}
        <${CopyButton} text=${() => curl(api, 'GET', masked)} of="The request">Copy as curl<//>
      </div>
    </div>
    ${rollout ? html`
      <${Failure} error=${found.error} />
      <p class="state"><${Status} of=${rollout.status} /> <${Text} of=${inZone(rollout.status_reason)} none="" /> ${rollout.waiting_for ? html`<span class="quiet"><${Text} of=${inZone(rollout.waiting_for)} /></span>` : null}</p>
      <${Bar} rollout=${rollout} />
      <${Counts} rollout=${rollout} />
      <${Numbers} rollout=${rollout} />
      <${Reasons} rollout=${rollout} />
      <${RolloutServers} route=${route} path=${path} />
      <${Values} title="Inputs" values=${rollout.input_values} id=${id} />
      <${History} id=${id} path=${path} />`
    : html`<div class="room"><${Pending} resource=${found} what="the rollout" /></div>`}`;
}

/** How many of each, each a link to those servers. */
function Counts({ rollout }) {
  const { project } = useBoard();
  const counts = countsOf(rollout);
  return html`<ul class="legend">${PARTS.filter(status => counts[status] > 0).map(status => html`<li key=${status}>
    <a href=${hrefOf(project, 'rollouts', rollout.id, { status: status === 'OVERDUE' ? 'IN_PROGRESS' : status })}><${Status} of=${status} /> ${count(counts[status])}</a>
  </li>`)}</ul>`;
}

function Numbers({ rollout }) {
  const { project } = useBoard();
  const limit = rollout.failure_limit === null ? 'none' : `stops above ${many(rollout.failure_limit, 'failure')}`;
  return html`<dl class="fields short">
    <div><dt>Done</dt><dd>${count(rollout.done)} of ${count(rollout.total)}</dd></div>
    <div><dt>Batch</dt><dd>${rollout.batch} of ${rollout.batches}</dd></div>
    <div><dt>Rate</dt><dd>${rate(rollout)} a minute</dd></div>
    <div><dt>${rollout.ended_time ? 'Ended' : 'Estimated end'}</dt><dd>${end(rollout)}</dd></div>
    ${rollout.resume_time ? html`<div><dt>Next batch</dt><dd><${Time} at=${rollout.resume_time} /></dd></div>` : null}
    <div><dt>Failure limit</dt><dd>${limit}</dd></div>
    <div><dt>Started</dt><dd><${Time} at=${rollout.started_time ?? rollout.creation_time} /> by <${Text} of=${rollout.created_by} /></dd></div>
    <div><dt>Config</dt><dd><a href=${hrefOf(project, 'configs', rollout.config_id)}><bdi>${visible(rollout.config_name ?? rollout.config_id)}</bdi></a></dd></div>
    ${rollout.retry_of ? html`<div><dt>Retry of</dt><dd><a href=${hrefOf(project, 'rollouts', rollout.retry_of)}>an earlier rollout</a></dd></div>` : null}
  </dl>`;
}

/** Why servers failed, most frequent first; each leads to the deployments that say so; none can be asked for that say nothing. */
export function Reasons({ rollout }) {
  const { project } = useBoard();
  const reasons = rollout.reasons ?? [];
  if (!reasons.length) {
    return null;
  }
  return html`<section>
    <h2>Why they failed</h2>
    <ol class="reasons">${reasons.map(({ reason, count: number, example }) => html`<li key=${reason}>
      ${reason === null
        ? many(number, 'server')
        : html`<a href=${hrefOf(project, 'deployments', '', { rollout_id: rollout.id, status: 'FAILED', reason })}>${many(number, 'server')}</a>`}: <${Text} of=${reason} most=${300} />
      ${example ? html` <span class="quiet">as on <a href=${hrefOf(project, 'deployments', example.deployment_id)}><bdi>${visible(example.server_id)}</bdi></a></span>` : null}
    </li>`)}</ol>
  </section>`;
}

function History({ id, path }) {
  const { api } = useBoard();
  const history = useResource(id, signal => api.get(`${path}/events?limit=${HISTORY}`, signal), event => event.subject === 'rollout' && event.id === id);
  const events = history.data?.events ?? [];
  return html`<section aria-labelledby="history-title">
    <h2 id="history-title">History</h2>
    <${Failure} error=${history.error} />
    <ol class="timeline">${events.map(event => html`<li key=${event.sequence}>
      <${Time} at=${event.time} isExact=${true} />
      <div>
        <b>${WORDS[event.event] ?? visible(event.event)}</b>
        ${event.status_to && event.status_to !== event.status_from ? html` <${Status} of=${event.status_to} />` : null}
        ${event.reason ? html`<div class="reason"><${Text} of=${event.reason} /></div>` : null}
        <div class="quiet">by ${event.who.name === null ? `the ${event.who.role}` : html`<bdi>${visible(event.who.name)}</bdi> (${event.who.role})`}</div>
      </div>
    </li>`)}</ol>
  </section>`;
}
