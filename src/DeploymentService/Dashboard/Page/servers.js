// The servers: which there are, and one of them with its deployments.

import { html } from './vendor/htm-preact-standalone.js';
import { curl } from './clipboard.js';
import { DeploymentList } from './deployments.js';
import { Field } from './filters.js';
import { Pages, fromTheBeginning, queryOf } from './pages.js';
import { CopyButton, Failure, Heading, Pending, Status, Time } from './parts.js';
import { useBoard, useResource } from './resource.js';
import { hrefOf, navigate } from './router.js';
import { count, visible } from './text.js';

const PAGE = 50;
const COLUMNS = ['Server', 'State', 'Failed', 'Overdue', 'In progress', 'Complete', 'Last report', 'Last fetch'];

export function Servers({ route }) {
  const { api, project } = useBoard();
  const query = route.query;
  const asked = new URLSearchParams(query);
  asked.set('limit', PAGE);
  const path = `servers?${asked}`;
  const list = useResource(path, signal => api.get(path, signal));
  const change = changes => {
    const next = fromTheBeginning(query);
    Object.entries(changes).forEach(([name, value]) => next.set(name, value));
    navigate(hrefOf(project, 'servers', '', next), { replace: 'q' in changes && query.has('q') });
  };
  const servers = list.data?.servers;

  return html`
    <div class="bar">
      <${Heading} title="Servers" />
      <${CopyButton} text=${() => curl(api, 'GET', path)} of="The request">Copy as curl<//>
    </div>
    <form class="filters" role="search" aria-label="Filters" onSubmit=${event => event.preventDefault()}>
      <${Field} name="q" label="Text in the server’s id" query=${query} change=${change} />
      <label><input type="checkbox" checked=${query.get('silent') === 'true'} onChange=${event => change({ silent: event.target.checked ? 'true' : '' })} /> Silent only</label>
    </form>
    ${servers ? html`
      <${Failure} error=${list.error} />
      <table class="servers" aria-busy=${list.isStale ? 'true' : 'false'}>
        <caption class="unseen">Servers</caption>
        <thead><tr>${COLUMNS.map(name => html`<th key=${name} scope="col">${name}</th>`)}</tr></thead>
        <tbody>
          ${servers.map(server => html`<${Row} key=${server.server_id} server=${server} />`)}
          ${servers.length ? null : html`<tr><td colspan=${COLUMNS.length}>No server fits.</td></tr>`}
        </tbody>
      </table>
      <${Pages} view="servers" query=${query} next=${list.data.servers_links ? queryOf(list.data.servers_links, ['limit']) : null} />`
    : html`<${Pending} resource=${list} what="the servers" />`}`;
}

function Row({ server }) {
  const { project } = useBoard();
  return html`<tr>
    <th scope="row" data-label="Server"><a href=${hrefOf(project, 'servers', server.server_id)}><bdi>${visible(server.server_id)}</bdi></a></th>
    <td data-label="State">${stateOf(server)}</td>
    <td data-label="Failed" class="count">${count(server.counts.FAILED)}</td>
    <td data-label="Overdue" class="count">${count(server.overdue)}</td>
    <td data-label="In progress" class="count">${count(server.counts.IN_PROGRESS)}</td>
    <td data-label="Complete" class="count">${count(server.counts.COMPLETE)}</td>
    <td data-label="Last report" class="time"><${Time} at=${server.last_report_time} none="never" /></td>
    <td data-label="Last fetch" class="time"><${Time} at=${server.last_fetch_time} none="never" /></td>
  </tr>`;
}

/** One server and its deployments. */
export function Server({ route }) {
  const { api } = useBoard();
  const path = `servers?${new URLSearchParams({ server_id: route.id, limit: 1 })}`;
  const found = useResource(route.id, signal => api.get(path, signal), event => event.server_id === route.id);
  const server = found.data?.servers[0];

  return html`
    <${Heading} title=${`Server ${route.id}`}>Server <bdi>${visible(route.id)}</bdi><//>
    ${found.data ? html`<${Failure} error=${found.error} />` : html`<${Pending} resource=${found} what="the server" />`}
    ${server ? html`<dl class="fields">
      <div><dt>State</dt><dd>${stateOf(server)}</dd></div>
      <div><dt>Last report</dt><dd><${Time} at=${server.last_report_time} none="never" /></dd></div>
      <div><dt>Last fetch</dt><dd><${Time} at=${server.last_fetch_time} none="never" /></dd></div>
      <div><dt>Failed</dt><dd>${count(server.counts.FAILED)}</dd></div>
      <div><dt>Overdue</dt><dd>${count(server.overdue)}</dd></div>
      <div><dt>In progress</dt><dd>${count(server.counts.IN_PROGRESS)}</dd></div>
      <div><dt>Complete</dt><dd>${count(server.counts.COMPLETE)}</dd></div>
    </dl>` : null}
    ${found.data && !server ? html`<p>The server is not known: the project has no deployment for it and it was never heard of, or it was removed.</p>` : null}
    <${DeploymentList} route=${route} serverId=${route.id} />`;
}

function stateOf(server) {
  return server.silent
    ? html`<${Status} of="SILENT" /> <span class="quiet">since <${Time} at=${server.silent_since} /></span>`
    : html`<span class="quiet">${server.last_report_time || server.last_fetch_time ? 'Reporting' : 'Never heard of'}</span>`;
}
