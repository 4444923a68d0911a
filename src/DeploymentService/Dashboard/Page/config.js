// One config: what it runs, what it takes and gives, where it went, and how it differs from another.

import { html, useMemo, useState } from './vendor/htm-preact-standalone.js';
import { curl } from './clipboard.js';
import { diff } from './diff.js';
import { CopyButton, Failure, Heading, Pending, Text, Time } from './parts.js';
import { useBoard, useResource } from './resource.js';
import { RolloutList } from './rollouts.js';
import { hrefOf, navigate } from './router.js';
import { count, many, printed, textOf, visible } from './text.js';
import { MASK } from './values.js';

// So many lines are laid out at first.
const FIRST = 2000;
const OTHERS = 200;
// A list of rollouts cannot be asked for a config's: so many are looked through.
const LOOKED_AT = 100;

export function Config({ route }) {
  const { api, project } = useBoard();
  const { id } = route;
  const path = `software_configs/${encodeURIComponent(id)}`;
  const found = useResource(id, signal => api.get(path, signal), () => false, 'config');
  const config = found.data?.software_config;
  return html`
    <div class="bar">
      <${Heading} title=${`Config ${config?.name ?? id}`} />
      <div class="actions">
        <a class="button" href=${hrefOf(project, 'rollouts', 'new', { config_id: id })}>Start a rollout…</a>
        <${CopyButton} text=${() => curl(api, 'GET', path)} of="The request">Copy as curl<//>
      </div>
    </div>
    ${config ? html`
      <dl class="fields">
        <div><dt>Group</dt><dd><${Text} of=${config.group} /></dd></div>
        <div><dt>Created</dt><dd><${Time} at=${config.creation_time} /></dd></div>
        <div><dt>Deployments</dt><dd><a href=${hrefOf(project, 'deployments', '', { config_id: id })}>All of this config</a></dd></div>
        <div><dt>Id</dt><dd><code>${visible(id)}</code></dd></div>
      </dl>
      <${Script} config=${config} otherId=${route.query.get('to')} />
      <${Declared} title="Inputs" of=${config.inputs} columns=${['name', 'type', 'default', 'description']} />
      <${Declared} title="Outputs" of=${config.outputs} columns=${['name', 'type', 'error_output', 'description']} />
      <section><h2>Rollouts</h2><${Where} id=${id} /></section>`
    : html`<div class="room"><${Pending} resource=${found} what="the config" /></div>`}`;
}

/** The script with the numbers of its lines, or what another config has instead. */
function Script({ config, otherId }) {
  const { api, project } = useBoard();
  const [isWhole, setWhole] = useState(false);
  const configs = useResource('configs', signal => api.get(`software_configs?limit=${OTHERS}`, signal), () => false).data?.software_configs ?? [];
  const other = useResource(otherId ?? '', signal => (otherId ? api.get(`software_configs/${encodeURIComponent(otherId)}`, signal) : Promise.resolve(null)), () => false);
  const compared = other.isStale ? null : other.data?.software_config;
  const text = textOf(config.config ?? '');
  const isWaiting = otherId && !other.error && !compared;
  const lines = useMemo(
    () => (compared ? diff(printed(textOf(compared.config ?? '')), printed(text)) : printed(text).split('\n').map(line => ['', line])),
    [text, compared]);
  const choose = event => navigate(hrefOf(project, 'configs', config.id, { to: event.target.value }), { replace: Boolean(otherId) });
  const near = configs.filter(each => each.id !== config.id).sort((one, two) => (two.name === config.name) - (one.name === config.name));

  return html`<section class="output">
    <div class="bar">
      <h2>Script <span class="quiet">${many(text.split('\n').length, 'line')}</span></h2>
      <div class="actions">
        <label>Difference to <select value=${otherId ?? ''} onChange=${choose}>
          <option value="">no other config</option>
          ${near.map(each => html`<option key=${each.id} value=${each.id}>${visible(each.name ?? '')} ${each.creation_time.slice(0, 10)} ${each.id.slice(0, 8)}</option>`)}
        </select></label>
        <${CopyButton} text=${() => text} of="The script" />
      </div>
    </div>
    <${Failure} error=${other.error} />
    ${compared ? html`<p class="quiet">${many(lines.filter(([sign]) => sign === '-').length, 'line')} only in <a href=${hrefOf(project, 'configs', compared.id)}>${visible(compared.name ?? compared.id)}</a> (−), ${many(lines.filter(([sign]) => sign === '+').length, 'line')} only here (+).</p>` : null}
    ${isWaiting ? html`<p class="quiet room">Loading the other config…</p>` : html`<pre class="script" tabindex="0" role="region" aria-label="Script">${lines.slice(0, isWhole ? undefined : FIRST).map(([sign, line], index) => html`<span key=${index} class="line" data-sign=${sign || null}>${sign}${line}${'\n'}</span>`)}</pre>`}
    ${!isWhole && lines.length > FIRST ? html`<button type="button" onClick=${() => setWhole(true)}>Show all ${count(lines.length)} lines</button>` : null}
  </section>`;
}

/** A hidden input's default is as secret as its value. */
const isHidden = (row, column) => row.hidden === true && column === 'default';

/** What a config declares that it takes or gives. */
function Declared({ title, of, columns }) {
  const rows = Array.isArray(of) ? of.filter(row => row !== null && typeof row === 'object') : [];
  return html`<section>
    <h2>${title}</h2>
    ${rows.length ? html`<table class="declared">
      <caption class="unseen">Declared ${title.toLowerCase()}</caption>
      <thead><tr>${columns.map(column => html`<th key=${column} scope="col">${column.replace('_', ' ')}</th>`)}</tr></thead>
      <tbody>${rows.map((row, index) => html`<tr key=${index}>
        ${columns.map((column, place) => (place === 0
          ? html`<th key=${column} scope="row"><bdi>${visible(textOf(row[column] ?? ''))}</bdi>${row.hidden === true ? html` <span class="quiet">hidden</span>` : null}</th>`
          : html`<td key=${column}>${row[column] === undefined || row[column] === null ? html`<span class="quiet">–</span>` : visible(isHidden(row, column) ? MASK : textOf(row[column]))}</td>`))}
      </tr>`)}</tbody>
    </table>` : html`<p class="quiet">None declared.</p>`}
  </section>`;
}

/** Where it went: those of the latest rollouts that were of this config. */
function Where({ id }) {
  return html`<${RolloutList} path=${`rollouts?limit=${LOOKED_AT}`} fits=${rollout => rollout.config_id === id} none=${`None of the last ${LOOKED_AT} rollouts was of this config.`} />`;
}
