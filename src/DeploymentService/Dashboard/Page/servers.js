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

const COUNTS = {
  Failed: server => server.counts.FAILED,
  Overdue: server => server.overdue,
  'In progress': server => server.counts.IN_PROGRESS,
  Complete: server => server.counts.COMPLETE,
};

const COLUMNS = ['Server', 'State', ...Object.keys(COUNTS), 'Last report', 'Last fetch'];

export function Servers({ route }) {
  const { api, project } = useBoard();
  const query = route.query;
  const asked = new URLSearchParams(query);
  asked.set('limit', PAGE);
  const path = `servers?${asked}`;
  const list = useResource(path, signal => api.get(path, signal), undefined, 'servers');
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
    : html`<div class="room"><${Pending} resource=${list} what="the servers" /></div>`}`;
}

function Row({ server }) {
  const { project } = useBoard();
  return html`<tr>
    <th scope="row" data-label="Server"><a href=${hrefOf(project, 'servers', server.server_id)}><bdi>${visible(server.server_id)}</bdi></a></th>
    <td data-label="State">${stateOf(server)}</td>
    ${Object.entries(COUNTS).map(([name, of]) => html`<td key=${name} data-label=${name} class="count">${count(of(server))}</td>`)}
    <td data-label="Last report" class="time"><${Time} at=${server.last_report_time} none="never" /></td>
    <td data-label="Last fetch" class="time"><${Time} at=${server.last_fetch_time} none="never" /></td>
  </tr>`;
}

/** One server and its deployments. */
export function Server({ route, caller }) {
  const { api } = useBoard();
  const path = `servers?${new URLSearchParams({ server_id: route.id, limit: 1 })}`;
  const found = useResource(route.id, signal => api.get(path, signal), event => event.server_id === route.id, 'server');
  const server = found.data?.servers[0];

  return html`
    <${Heading} title=${`Server ${route.id}`}>Server <bdi>${visible(route.id)}</bdi><//>
    <${Failure} error=${found.error} retry=${found.data ? null : found.reload} />
    ${found.data && !server ? null : html`<dl class="fields short">
      <div><dt>State</dt><dd>${server ? stateOf(server) : '–'}</dd></div>
      <div><dt>Last report</dt><dd>${server ? html`<${Time} at=${server.last_report_time} none="never" />` : '–'}</dd></div>
      <div><dt>Last fetch</dt><dd>${server ? html`<${Time} at=${server.last_fetch_time} none="never" />` : '–'}</dd></div>
      ${Object.entries(COUNTS).map(([name, of]) => html`<div key=${name}><dt>${name}</dt><dd>${server ? count(of(server)) : '–'}</dd></div>`)}
    </dl>`}
    ${found.data && !server ? html`<p>The server is not known: the project has no deployment for it and it was never heard of, or it was removed.</p>` : null}
    <${DeploymentList} route=${route} serverId=${route.id} caller=${caller} heading=${html`<h2>Its deployments</h2>`} />`;
}

function stateOf(server) {
  return server.silent
    ? html`<${Status} of="SILENT" /> <span class="quiet">for <${Time} at=${server.silent_since} isSpan=${true} /></span>`
    : html`<span class="quiet">${server.last_report_time || server.last_fetch_time ? 'Reporting' : 'Never heard of'}</span>`;
}
