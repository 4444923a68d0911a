// The table of deployments, with its filters, and the chart above it.

import { html, useRef } from './vendor/htm-preact-standalone.js';
import { Chart } from './chart.js';
import { curl } from './clipboard.js';
import { Filters, apiQuery } from './filters.js';
import { Pages, fromTheBeginning, queryOf } from './pages.js';
import { CopyButton, Failure, Heading, Pending } from './parts.js';
import { useBoard, useResource } from './resource.js';
import { hrefOf, navigate } from './router.js';
import { DeploymentTable } from './table.js';

const PAGE = 50;
// What the address need not say, because the table always asks for it.
const ALWAYS = ['limit', 'detail', 'values'];

export function Deployments({ route, hours }) {
  return html`<${Heading} title="Deployments" /><${Chart} hours=${hours} /><${DeploymentList} route=${route} />`;
}

/** The filters, the table and its pages; of one server where `serverId` says so. */
export function DeploymentList({ route, serverId }) {
  const { api, project } = useBoard();
  const { view, id } = route;
  // A page that is turned to carries the server in its link too.
  const query = new URLSearchParams(route.query);
  if (serverId) {
    query.delete('server_id');
  }
  const path = `software_deployments?${asked(query, serverId)}`;
  const list = useResource(
    query.toString(),
    signal => api.get(`software_deployments?${asked(query, serverId)}`, signal),
    event => !serverId || event.server_id === serverId);
  const isTyping = useRef(null);

  // Typing on in a field is one step of history, not one a letter.
  const change = changes => {
    const next = fromTheBeginning(changes === null ? [...query].filter(([name]) => name.startsWith('sort_')) : query);
    for (const [name, value] of Object.entries(changes ?? {})) {
      next.set(name, value);
    }
    if (changes && 'since' in changes === false && next.get('since')) {
      next.delete('changed_since');
    }
    const field = changes && Object.keys(changes).length === 1 ? Object.keys(changes)[0] : null;
    navigate(hrefOf(project, view, id, next), { replace: field !== null && field === isTyping.current && ['q', 'server_id', 'name', 'action'].includes(field) });
    isTyping.current = field;
  };
  const rows = list.data?.software_deployments;
  const isFiltered = [...fromTheBeginning(query).keys()].some(name => !name.startsWith('sort_'));

  return html`<section aria-labelledby="list-title">
    <div class="bar">
      <h2 id="list-title">${isFiltered ? 'Matching deployments' : 'All deployments'}</h2>
      <${CopyButton} text=${() => curl(api, 'GET', path)} of="The request">Copy as curl<//>
    </div>
    <${Filters} query=${query} change=${change} isOfServer=${Boolean(serverId)} />
    ${rows ? html`
      <${Failure} error=${list.error} />
      <${DeploymentTable} rows=${rows} query=${query} change=${change} isStale=${list.isStale} isOfServer=${Boolean(serverId)} />
      <${Pages} view=${view} id=${id} query=${query} next=${nextQuery(list.data.software_deployments_links, query)} />`
    : html`<${Pending} resource=${list} what="the deployments" />`}
  </section>`;
}

/** The query of the next page, null where there is none: that of the API's link, whatever is in it, and what only the board knows. */
function nextQuery(links, query) {
  if (!links) {
    return null;
  }
  const next = queryOf(links, ALWAYS);
  if (query.get('since')) {
    next.set('since', query.get('since'));
  }
  return next;
}

function asked(query, serverId) {
  const asked = apiQuery(query);
  if (!asked.has('sort_key')) {
    asked.set('sort_key', 'updated_time');
    asked.set('sort_dir', 'desc');
  }
  if (serverId) {
    asked.set('server_id', serverId);
  }
  for (const [name, value] of [['limit', PAGE], ['detail', 'true'], ['values', 'false']]) {
    asked.set(name, value);
  }
  return asked;
}
