// The servers of a rollout, in its order, page by page; of one status where the address says so.

import { html } from './vendor/htm-preact-standalone.js';
import { Pages, queryOf } from './pages.js';
import { Failure, Pending, Status, Text, Time } from './parts.js';
import { useBoard, useResource } from './resource.js';
import { hrefOf } from './router.js';
import { Took } from './runs.js';
import { visible } from './text.js';
import { lay } from './trail.js';

const PAGE = 50;
const COLUMNS = ['Status', 'Server', 'Why', 'Batch', 'Took', 'Started'];

export function RolloutServers({ route, path }) {
  const { api, project, trail } = useBoard();
  const { id, query } = route;
  const asked = new URLSearchParams(query);
  asked.set('limit', PAGE);
  const list = useResource(`${id} ${asked}`, signal => api.get(`${path}/servers?${asked}`, signal), undefined, 'servers of a rollout');
  const servers = list.data?.servers;
  if (servers && !list.isStale) {
    lay(trail, hrefOf(project, 'rollouts', id, query), servers.map(server => server.deployment_id).filter(Boolean), null);
  }
  const status = query.get('status');

  return html`<section aria-labelledby="servers-title">
    <div class="bar"><h2 id="servers-title">Servers${status ? html` <${Status} of=${status} />` : null}</h2>
      ${status ? html`<a href=${hrefOf(project, 'rollouts', id)}>Show all servers</a>` : null}</div>
    ${servers ? html`
      <${Failure} error=${list.error} />
      <table class="deployments of-rollout" aria-busy=${list.isStale ? 'true' : 'false'}>
        <caption class="unseen">Servers of the rollout</caption>
        <thead><tr>${COLUMNS.map(name => html`<th key=${name} scope="col" class=${`col-${name.toLowerCase()}`}>${name}</th>`)}</tr></thead>
        <tbody>
          ${servers.map(server => html`<${Row} key=${server.server_id} server=${server} />`)}
          ${servers.length ? null : html`<tr><td colspan=${COLUMNS.length}>No server fits.</td></tr>`}
        </tbody>
      </table>
      <${Pages} view="rollouts" id=${id} query=${query} next=${list.data.servers_links ? queryOf(list.data.servers_links, ['limit']) : null} />`
    : html`<div class="room"><${Pending} resource=${list} what="the servers" /></div>`}
  </section>`;
}

function Row({ server }) {
  const { project } = useBoard();
  const name = visible(server.server_id);
  return html`<tr>
    <td data-label="Status"><${Status} of=${server.overdue ? 'OVERDUE' : server.status} /></td>
    <th scope="row" data-label="Config" title=${name}><a href=${server.deployment_id ? hrefOf(project, 'deployments', server.deployment_id) : hrefOf(project, 'servers', server.server_id)}><bdi>${name}</bdi></a></th>
    <td data-label="Why" class="why" title=${server.status_reason ? visible(server.status_reason.slice(0, 1000)) : null}><${Text} of=${server.status_reason} most=${200} isWhole=${false} /></td>
    <td data-label="Batch" class="count">${server.batch}</td>
    <td data-label="Took" class="count"><${Took} of=${server} /></td>
    <td data-label="Started" class="time"><${Time} at=${server.started_time} /></td>
  </tr>`;
}
