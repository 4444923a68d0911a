// The rollouts, newest first: how far each is, and how long it takes yet. Below them what was deployed one by one, config by config.

import { html } from './vendor/htm-preact-standalone.js';
import { Bar } from './bar.js';
import { curl } from './clipboard.js';
import { Pages, queryOf } from './pages.js';
import { CopyButton, Failure, Heading, Pending, Status, Time } from './parts.js';
import { useBoard, useResource } from './resource.js';
import { hrefOf } from './router.js';
import { count, visible } from './text.js';

const PAGE = 20;

export function Rollouts({ route, caller }) {
  const { api, project } = useBoard();
  const isByConfig = route.query.get('by') === 'config';
  const asked = new URLSearchParams(route.query);
  asked.set('limit', PAGE);
  const path = `rollouts?${asked}`;
  const mayChange = caller?.role === 'member' || caller?.role === 'admin';

  return html`<section aria-label="Rollouts">
    <div class="bar list-bar">
      <${Heading} title=${isByConfig ? 'One by one' : 'Rollouts'} />
      ${mayChange && !isByConfig ? html`<a class="button" href=${hrefOf(project, 'rollouts', 'new')}>Start a rollout…</a>` : null}
      <${CopyButton} text=${() => curl(api, 'GET', path)} of="The request">Copy as curl<//>
    </div>
    <${RolloutList} key=${String(isByConfig)} path=${path} query=${route.query} isByConfig=${isByConfig}>
      ${isByConfig || route.query.has('marker') ? null : html`
        <div class="bar list-bar"><h2>Deployed one by one</h2><a href=${hrefOf(project, 'rollouts', '', { by: 'config' })}>All configs</a></div>
        <${RolloutList} path="rollouts?by=config&limit=10" isByConfig=${true} />`}
    <//>
  </section>`;
}

/** The table; with its pages where a query is given, and with what stands below it, which does not jump when the table comes. */
export function RolloutList({ path, query, isByConfig, children, fits = () => true, none }) {
  const { api } = useBoard();
  const list = useResource(path, signal => api.get(path, signal), undefined, 'rollouts');
  const rollouts = list.data?.rollouts.filter(fits);
  if (!rollouts) {
    return html`<div class="room"><${Pending} resource=${list} what="the rollouts" /></div>`;
  }
  const heads = isByConfig ? ['Status', 'Config', 'Progress', 'Done', 'Failed', 'Changed'] : ['Status', 'Rollout', 'Progress', 'Done', 'Failed', 'Batch', 'Per minute', 'End'];
  return html`
    <${Failure} error=${list.error} />
    <table class="rollouts" aria-busy=${list.isStale ? 'true' : 'false'}>
      <caption class="unseen">${isByConfig ? 'Deployments made one by one, by config' : 'Rollouts'}</caption>
      <thead><tr>${heads.map(head => html`<th key=${head} scope="col" class=${`col-${head.toLowerCase().replace(' ', '-')}`}>${head}</th>`)}</tr></thead>
      <tbody>
        ${rollouts.map(rollout => html`<${Row} key=${rollout.id ?? rollout.config_id} rollout=${rollout} isByConfig=${isByConfig} />`)}
        ${rollouts.length ? null : html`<tr><td colspan=${heads.length}>${none ?? (isByConfig ? 'Nothing was deployed one by one.' : 'There are no rollouts yet.')}</td></tr>`}
      </tbody>
    </table>
    ${query ? html`<${Pages} view="rollouts" query=${query} next=${list.data.rollouts_links ? queryOf(list.data.rollouts_links, ['limit']) : null} />` : null}
    ${children}`;
}

function Row({ rollout, isByConfig }) {
  const { project } = useBoard();
  const name = visible(rollout.name ?? rollout.config_id);
  const failed = rollout.counts.FAILED ?? 0;
  const which = isByConfig ? { config_id: rollout.config_id } : { rollout_id: rollout.id };
  return html`<tr>
    <td data-label="Status"><${Status} of=${rollout.status} /></td>
    <th scope="row" data-label="Name" title=${name}><a href=${isByConfig ? hrefOf(project, 'configs', rollout.config_id) : hrefOf(project, 'rollouts', rollout.id)}><bdi>${name}</bdi></a></th>
    <td data-label="Progress"><${Bar} rollout=${rollout} /></td>
    <td data-label="Done" class="count">${count(rollout.done)} of ${count(rollout.total)}</td>
    <td data-label="Failed" class="count">${failed ? html`<a href=${hrefOf(project, 'deployments', '', { ...which, status: 'FAILED' })}>${count(failed)} failed</a>` : '–'}</td>
    ${isByConfig ? html`<td data-label="Changed" class="time"><${Time} at=${rollout.updated_time} /></td>` : html`
      <td data-label="Batch" class="count">${rollout.batches > 1 ? `${rollout.batch} of ${rollout.batches}` : '–'}</td>
      <td data-label="Per minute" class="count">${rate(rollout)}</td>
      <td data-label="End" class="time">${end(rollout)}</td>`}
  </tr>`;
}

/** How many servers ended a minute. */
export const rate = rollout => (rollout.rate_per_minute === null || rollout.ended_time ? '–' : count(Math.round(Number(String(rollout.rate_per_minute)) * 10) / 10));

/** When a rollout ended, or will. */
export const end = rollout => (rollout.ended_time
  ? html`<${Time} at=${rollout.ended_time} />`
  : rollout.estimated_end_time ? html`≈ <${Time} at=${rollout.estimated_end_time} />` : '–');
