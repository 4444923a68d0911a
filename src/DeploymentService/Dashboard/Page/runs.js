// The runs of a deployment: each time that its server was given it to run, with what became of it.

import { html } from './vendor/htm-preact-standalone.js';
import { Failure, Pending, Status, Text, Time } from './parts.js';
import { useBoard, useResource } from './resource.js';
import { hrefOf } from './router.js';
import { dateOf, duration, visible } from './text.js';
import { Values } from './values.js';

const MOST = 50;

/** How long a run took; of one that goes on since when it has. */
export function Took({ of }) {
  if (!of.started_time) {
    return '–';
  }
  return of.ended_time
    ? duration(dateOf(of.ended_time) - dateOf(of.started_time))
    : html`<${Time} at=${of.started_time} isSpan=${true} /> so far`;
}

/** A tab for each run that is kept, where there are several; the present one comes without a number in the address. */
export function RunTabs({ id, path, present, shown }) {
  const { api, project } = useBoard();
  const list = useResource(`${id} ${present}`, signal => api.get(`${path}/runs?values=false&limit=${MOST}`, signal), event => event.deployment_id === id, 'runs');
  const runs = list.data?.runs ?? [];
  if (present < 2) {
    return null;
  }
  return html`<nav class="tabs" aria-label="Runs">${runs.map(run => html`<a key=${run.number} class="button" aria-current=${run.number === shown ? 'page' : null}
    href=${hrefOf(project, 'deployments', id, run.number === present ? {} : { run: run.number })}>
    Run ${run.number} <${Status} of=${run.status} /> <span class="quiet"><${Took} of=${run} /></span>
  </a>`)}</nav>`;
}

/** An earlier run, and what stands below it, which does not jump when the run comes. */
export function Run({ id, path, number, children }) {
  const { api, project } = useBoard();
  const found = useResource(`${id} ${number}`, signal => api.get(`${path}/runs/${encodeURIComponent(number)}?values=masked`, signal), event => event.deployment_id === id, 'run');
  const run = found.data?.run;
  if (!run || found.isStale) {
    return html`<div class="room"><${Pending} resource=${found} what="the run" /></div>`;
  }
  return html`
    <${Failure} error=${found.error} />
    <p class="state"><b>Run ${run.number}</b> <${Status} of=${run.status} /> <${Text} of=${run.status_reason} none="" /></p>
    <dl class="fields short">
      <div><dt>Config</dt><dd><a href=${hrefOf(project, 'configs', run.config_id)}><code>${visible(run.config_id)}</code></a></dd></div>
      <div><dt>Action</dt><dd><${Text} of=${run.action} /></dd></div>
      <div><dt>Started</dt><dd><${Time} at=${run.started_time} />${run.started_by ? html` by <bdi>${visible(run.started_by)}</bdi>` : null}</dd></div>
      <div><dt>Fetched</dt><dd><${Time} at=${run.fetched_time} none="never" /></dd></div>
      <div><dt>Ended</dt><dd><${Time} at=${run.ended_time} none="never" /></dd></div>
      <div><dt>Took</dt><dd><${Took} of=${run} /></dd></div>
      ${run.rollout_id ? html`<div><dt>Rollout</dt><dd><a href=${hrefOf(project, 'rollouts', run.rollout_id)}>its rollout</a></dd></div>` : null}
    </dl>
    <${Values} title="Outputs" values=${run.output_values} id=${`${id}-run-${number}`} isFailed=${run.status === 'FAILED'} />
    <${Values} title="Inputs" values=${run.input_values} id=${`${id}-run-${number}`} />
    ${children}`;
}
