// One deployment: how it stands and why, what went in and came out, what happened to it, and what can be done about it.

import { html, useCallback } from './vendor/htm-preact-standalone.js';
import { Actions } from './actions.js';
import { curl } from './clipboard.js';
import { CopyButton, Failure, Heading, Pending, StatusOf, Text, Time } from './parts.js';
import { useBoard, useResource } from './resource.js';
import { hrefOf } from './router.js';
import { Run, RunTabs, Took } from './runs.js';
import { many, visible } from './text.js';
import { Timeline } from './timeline.js';
import { Trail } from './trail.js';
import { Output, Values } from './values.js';
import { Why } from './why.js';

// A reason of this length has a place of its own, where all of it can be seen.
const LONG = 1000;

export function Detail({ id, route, caller }) {
  const { api } = useBoard();
  const path = `software_deployments/${encodeURIComponent(id)}`;
  // A screen is seen by more people than the one who signed in.
  const masked = `${path}?detail=true&values=masked`;
  const shown = useResource(
    id,
    signal => api.send('GET', masked, { signal }),
    event => event.deployment_id === id,
    'deployment');
  const isGone = shown.error?.status === 404;
  // What can be done stands beside how it is: neither moves when the other comes.
  const deployment = isGone || caller === undefined ? null : shown.data?.json.software_deployment;
  const canChange = caller?.role === 'member' || caller?.role === 'admin';
  const number = Number(route.query.get('run') ?? deployment?.execution);
  const history = html`<${Timeline} key="history" id=${id} path=${path} />`;
  const reload = useCallback(shown.reload, []);

  return html`
    <${Trail} id=${id} />
    <${Heading} title=${deployment ? `Deployment ${deployment.config_name ?? id}` : `Deployment ${id}`} />
    ${isGone ? html`<p>This deployment is not there, or no longer. What happened to it stays to be seen until its history is purged.</p>` : null}
    ${deployment ? html`
      <${Failure} error=${shown.error} />
      <div class="bar">
        <p class="state"><${StatusOf} deployment=${deployment} /> <${Why} deployment=${deployment} none="" /></p>
        <div class="actions">
          ${canChange ? html`<${Actions} deployment=${deployment} etag=${shown.data.etag} caller=${caller} reload=${reload} />` : null}
          <${CopyButton} text=${() => curl(api, 'GET', masked)} of="The request">Copy as curl<//>
        </div>
      </div>
      <${RunTabs} id=${id} path=${path} present=${deployment.execution} shown=${number} />
      ${number === deployment.execution ? html`<${Present} deployment=${deployment} id=${id} />` : html`<${Run} id=${id} path=${path} number=${number}>${history}<//>`}`
    : isGone ? null : html`<${Pending} resource=${shown} what="the deployment" />`}
    ${isGone || (deployment && number === deployment.execution) ? history : null}`;
}

/** What there is to see of the deployment as it is now. */
function Present({ deployment, id }) {
  return html`
      <${Fields} deployment=${deployment} />
      ${deployment.status_reason?.length > LONG ? html`<${Output} name="status_reason" text=${deployment.status_reason} id=${id} />` : null}
      <${Values} title="Outputs" values=${deployment.output_values} id=${id} isFailed=${deployment.status === 'FAILED'} />
      <${Values} title="Inputs" values=${deployment.input_values} id=${id} />`;
}

function Fields({ deployment }) {
  const { project } = useBoard();
  const isTimed = (deployment.timeout ?? null) !== null;
  return html`<dl class="fields">
    <${FieldOf} name="Server"><a href=${hrefOf(project, 'servers', deployment.server_id)}><bdi>${visible(deployment.server_id)}</bdi></a><//>
    <${FieldOf} name="Config">
      <a href=${hrefOf(project, 'configs', deployment.config_id)}><bdi>${visible(deployment.config_name ?? deployment.config_id)}</bdi></a>
    <//>
    <${FieldOf} name="Action"><${Text} of=${deployment.action} /><//>
    <${FieldOf} name="Run">${deployment.execution}<//>
    <${FieldOf} name="Created"><${Time} at=${deployment.creation_time} /><//>
    <${FieldOf} name="Updated"><${Time} at=${deployment.updated_time} /><//>
    ${deployment.started_time ? html`
      <${FieldOf} name="Started"><${Time} at=${deployment.started_time} />${deployment.started_by ? html` by <bdi>${visible(deployment.started_by)}</bdi>` : null}<//>
      <${FieldOf} name="Took"><${Took} of=${deployment} /><//>` : null}
    ${deployment.rollout_id ? html`<${FieldOf} name="Rollout"><a href=${hrefOf(project, 'rollouts', deployment.rollout_id)}>its rollout</a><//>` : null}
    <${FieldOf} name="Fetched by the agent"><${Time} at=${deployment.fetched_time} none="never in this run" /><//>
    <${FieldOf} name="Timeout">${isTimed ? many(deployment.timeout, 'second') : 'none'}<//>
    ${isTimed ? html`<${FieldOf} name="Deadline">${deployment.overdue ? 'passed' : html`<${Time} at=${deployment.deadline} none="–" />`}<//>` : null}
    <${FieldOf} name="Id"><code>${visible(deployment.id)}</code><//>
  </dl>`;
}

function FieldOf({ name, children }) {
  return html`<div><dt>${name}</dt><dd>${children}</dd></div>`;
}
