// The rows of the table, each one line. It has one page of them, however many there are.

import { html } from './vendor/htm-preact-standalone.js';
import { StatusOf, Text, Time } from './parts.js';
import { useBoard } from './resource.js';
import { hrefOf } from './router.js';
import { Took } from './runs.js';
import { visible } from './text.js';
import { Why } from './why.js';

const COLUMNS = [
  { name: 'Status', key: 'status' },
  { name: 'Config', key: 'name' },
  { name: 'Server', key: 'server_id', isServer: true },
  { name: 'Action', key: 'action' },
  { name: 'Why' },
  { name: 'Changed', key: 'updated_time', begins: 'desc' },
  { name: 'Created', key: 'creation_time', begins: 'desc', isServer: true },
  { name: 'Took', isOfServer: true },
];

/** `selection` is null for those who may not change anything. */
export function DeploymentTable({ rows, query, change, isStale, isOfServer, selection }) {
  const columns = COLUMNS.filter(column => !(isOfServer ? column.isServer : column.isOfServer));
  const key = query.get('sort_key') ?? 'updated_time';
  const direction = query.get('sort_dir') ?? (query.has('sort_key') ? 'asc' : 'desc');
  return html`<table class=${`deployments${isOfServer ? ' of-server' : ''}`} aria-busy=${isStale ? 'true' : 'false'}>
    <caption class="unseen">Deployments</caption>
    <thead>
      <tr>
        ${selection ? html`<td class="pick"><input type="checkbox" aria-label="Select all on this page" checked=${selection.hasAll(rows)} onChange=${() => selection.togglePage(rows)} /></td>` : null}
        ${columns.map(column => html`<${ColumnHead} key=${column.name} column=${column} direction=${column.key === key ? direction : null} change=${change} />`)}
      </tr>
    </thead>
    <tbody>
      ${rows.map(row => html`<${Row} key=${row.id} deployment=${row} isOfServer=${isOfServer} selection=${selection} />`)}
      ${rows.length ? null : html`<tr><td colspan=${columns.length + (selection ? 1 : 0)}>No deployments match.</td></tr>`}
    </tbody>
  </table>`;
}

function ColumnHead({ column, direction, change }) {
  const kind = `col-${column.name.toLowerCase()}`;
  if (!column.key) {
    return html`<th scope="col" class=${kind}>${column.name}</th>`;
  }
  const next = direction ? (direction === 'asc' ? 'desc' : 'asc') : column.begins ?? 'asc';
  return html`<th scope="col" class=${kind} aria-sort=${direction ? (direction === 'asc' ? 'ascending' : 'descending') : null}>
    <button type="button" class="plain" onClick=${() => change({ sort_key: column.key, sort_dir: next })}>
      ${column.name}<span aria-hidden="true">${direction ? (direction === 'asc' ? ' ↑' : ' ↓') : ''}</span>
    </button>
  </th>`;
}

function Row({ deployment, isOfServer, selection }) {
  const { project } = useBoard();
  const { id } = deployment;
  const name = visible(deployment.config_name || id);
  return html`<tr class=${selection?.has(id) ? 'picked' : null}>
    ${selection ? html`<td class="pick"><input type="checkbox" aria-label=${`Select ${name} on ${visible(deployment.server_id)}`} checked=${selection.has(id)} onChange=${() => selection.toggle(deployment)} /></td>` : null}
    <td data-label="Status"><${StatusOf} deployment=${deployment} isShort=${true} /></td>
    <th scope="row" data-label="Config" title=${name}>
      <a href=${hrefOf(project, 'deployments', id)}><bdi>${name}</bdi></a>
      ${deployment.execution > 1 ? html` <span class="quiet">run ${deployment.execution}</span>` : null}
    </th>
    ${isOfServer ? null : html`<td data-label="Server" title=${visible(deployment.server_id)}><a href=${hrefOf(project, 'servers', deployment.server_id)}><bdi>${visible(deployment.server_id)}</bdi></a></td>`}
    <td data-label="Action" class="action"><${Text} of=${deployment.action} /></td>
    <td data-label="Why" class="why" title=${visible(deployment.waiting_for_parts ? '' : (deployment.status_reason ?? '').slice(0, 1000)) || null}><${Why} deployment=${deployment} most=${200} isWhole=${false} /></td>
    <td data-label="Changed" class="time"><${Time} at=${deployment.updated_time ?? deployment.creation_time} /></td>
    ${isOfServer
      ? html`<td data-label="Took" class="time"><${Took} of=${deployment} /></td>`
      : html`<td data-label="Created" class="time"><${Time} at=${deployment.creation_time} /></td>`}
  </tr>`;
}
