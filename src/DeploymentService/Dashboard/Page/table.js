// The rows of the table. It has one page of them, however many there are.

import { html } from './vendor/htm-preact-standalone.js';
import { StatusOf, Text, Time } from './parts.js';
import { useBoard } from './resource.js';
import { hrefOf } from './router.js';
import { visible } from './text.js';

const COLUMNS = [
  { name: 'Status', key: 'status' },
  { name: 'Config', key: 'name' },
  { name: 'Server', key: 'server_id', isServer: true },
  { name: 'Action', key: 'action' },
  { name: 'Why' },
  { name: 'Changed', key: 'updated_time', begins: 'desc' },
  { name: 'Created', key: 'creation_time', begins: 'desc' },
];

export function DeploymentTable({ rows, query, change, isStale, isOfServer }) {
  const columns = COLUMNS.filter(column => !(isOfServer && column.isServer));
  const key = query.get('sort_key') ?? 'updated_time';
  const direction = query.get('sort_dir') ?? (query.has('sort_key') ? 'asc' : 'desc');
  return html`<table class="deployments" aria-busy=${isStale ? 'true' : 'false'}>
    <caption class="unseen">Deployments</caption>
    <thead>
      <tr>${columns.map(column => html`<${ColumnHead} key=${column.name} column=${column} direction=${column.key === key ? direction : null} change=${change} />`)}</tr>
    </thead>
    <tbody>
      ${rows.map(row => html`<${Row} key=${row.id} deployment=${row} isOfServer=${isOfServer} />`)}
      ${rows.length ? null : html`<tr><td colspan=${columns.length}>No deployments match.</td></tr>`}
    </tbody>
  </table>`;
}

function ColumnHead({ column, direction, change }) {
  if (!column.key) {
    return html`<th scope="col">${column.name}</th>`;
  }
  const next = direction ? (direction === 'asc' ? 'desc' : 'asc') : column.begins ?? 'asc';
  return html`<th scope="col" aria-sort=${direction ? (direction === 'asc' ? 'ascending' : 'descending') : null}>
    <button type="button" class="plain" onClick=${() => change({ sort_key: column.key, sort_dir: next })}>
      ${column.name}<span aria-hidden="true">${direction ? (direction === 'asc' ? ' ↑' : ' ↓') : ''}</span>
    </button>
  </th>`;
}

function Row({ deployment, isOfServer }) {
  const { project } = useBoard();
  return html`<tr>
    <td data-label="Status"><${StatusOf} deployment=${deployment} /></td>
    <th scope="row" data-label="Config">
      <a href=${hrefOf(project, 'deployments', deployment.id)}><bdi>${visible(deployment.config_name || deployment.id)}</bdi></a>
      ${deployment.execution > 1 ? html` <span class="quiet">run ${deployment.execution}</span>` : null}
    </th>
    ${isOfServer ? null : html`<td data-label="Server"><a href=${hrefOf(project, 'servers', deployment.server_id)}><bdi>${visible(deployment.server_id)}</bdi></a></td>`}
    <td data-label="Action" class="action"><${Text} of=${deployment.action} /></td>
    <td data-label="Why" class="why"><${Text} of=${deployment.waiting_for ?? deployment.status_reason} most=${200} isWhole=${false} /></td>
    <td data-label="Changed" class="time"><${Time} at=${deployment.updated_time ?? deployment.creation_time} /></td>
    <td data-label="Created" class="time"><${Time} at=${deployment.creation_time} /></td>
  </tr>`;
}
