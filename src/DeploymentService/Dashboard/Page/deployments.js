// The table of deployments, with its filters, and the chart above it.

import { html, useRef } from './vendor/htm-preact-standalone.js';
import { Chart } from './chart.js';
import { curl } from './clipboard.js';
import { Filters, apiQuery, hasFilters } from './filters.js';
import { Pages, fromTheBeginning, queryOf } from './pages.js';
import { CopyButton, Failure, Heading, Pending } from './parts.js';
import { useBoard, useResource } from './resource.js';
import { hrefOf, navigate } from './router.js';
import { RunLine } from './runline.js';
import { SelectionBar, useSelection } from './selection.js';
import { DeploymentTable } from './table.js';
import { lay } from './trail.js';

const PAGE = 50;
// What the address need not say, because the table always asks for it.
const ALWAYS = ['limit', 'detail', 'values'];
const TYPED = ['q', 'server_id', 'name', 'action'];

export function Deployments({ route, hours, caller }) {
  return html`<${DeploymentList} route=${route} caller=${caller} heading=${html`<${Heading} title="Deployments" />`}><${Chart} hours=${hours} /><//>`;
}

/** The filters, the table and its pages; of one server where `serverId` says so. */
export function DeploymentList({ route, serverId, caller, heading, children }) {
  const { api, project, trail } = useBoard();
  const { view, id } = route;
  // A page that is turned to carries the server in its link too.
  const query = new URLSearchParams(route.query);
  if (serverId) {
    query.delete('server_id');
  }
  const key = query.toString();
  const path = `software_deployments?${asked(query, serverId)}`;
  const list = useResource(
    key,
    signal => api.get(`software_deployments?${asked(query, serverId)}`, signal),
    event => !serverId || event.server_id === serverId,
    `deployments of ${serverId ?? 'all'}`);
  const selection = useSelection(key);
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
    navigate(hrefOf(project, view, id, next), { replace: field !== null && field === isTyping.current && TYPED.includes(field) });
    isTyping.current = field;
  };
  const rows = caller === undefined ? undefined : list.data?.software_deployments;
  const next = rows && nextQuery(list.data.software_deployments_links, query);
  const mayChange = caller?.role === 'member' || caller?.role === 'admin';
  if (rows && !list.isStale) {
    lay(trail, hrefOf(project, view, id, query), rows.map(row => row.id), moreOf(api, list.data.software_deployments_links));
  }

  return html`<section aria-label="Deployments">
    <div class="bar list-bar">
      ${heading}
      ${rows && mayChange ? html`<${SelectionBar} selection=${selection} page=${rows} filters=${filtersOf(query, serverId)} isMore=${next !== null || key !== fromTheBeginning(query).toString()} caller=${caller} reload=${list.reload} />` : null}
      <${CopyButton} text=${() => curl(api, 'GET', path)} of="The request">Copy as curl<//>
    </div>
    ${children}
    <${Filters} query=${query} change=${change} isOfServer=${Boolean(serverId)} />
    ${rows ? html`
      <${Failure} error=${list.error} />
      ${serverId ? html`<${RunLine} rows=${rows} />` : null}
      <${DeploymentTable} rows=${rows} query=${query} change=${change} isStale=${list.isStale} isOfServer=${Boolean(serverId)} selection=${mayChange ? selection : null} />
      ${hasFilters(query) && !rows.length ? html`<p><button type="button" onClick=${() => change(null)}>Clear filters</button></p>` : null}
      <${Pages} view=${view} id=${id} query=${query} next=${next} />`
    : html`<div class="room"><${Pending} resource=${list} what="the deployments" /></div>`}
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

/** How to load the ids of the page behind a link, null where there is none. */
function moreOf(api, links) {
  return links ? async () => {
    const page = await api.get(`software_deployments?${new URL(links[0].href, document.baseURI).searchParams}`);
    return { ids: page.software_deployments.map(row => row.id), more: moreOf(api, page.software_deployments_links) };
  } : null;
}

/** What the list is filtered by, without its order and its place. */
function filtersOf(query, serverId) {
  const filters = new URLSearchParams([...fromTheBeginning(apiQuery(query))].filter(([name, value]) => value && !name.startsWith('sort_')));
  if (serverId) {
    filters.set('server_id', serverId);
  }
  return filters;
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
