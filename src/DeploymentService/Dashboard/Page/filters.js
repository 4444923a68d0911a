// The filters of the table. What they say is in the address, and the address is what the API is asked.

import { html, useEffect, useRef, useState } from './vendor/htm-preact-standalone.js';
import { fromTheBeginning } from './pages.js';
import { localTime, visible } from './text.js';

const STATUSES = { FAILED: 'Failed', IN_PROGRESS: 'In progress', COMPLETE: 'Complete' };
const HOUR = 3_600_000;
const TYPING = 400;

/** Quick choices of "changed since": what the address has, what it is called, and when it began. */
const SINCE = {
  '1h': ['the last hour', () => Date.now() - HOUR],
  '24h': ['the last 24 hours', () => Date.now() - 24 * HOUR],
  '7d': ['the last 7 days', () => Date.now() - 7 * 24 * HOUR],
  today: ['today', () => midnight(0)],
  yesterday: ['yesterday', () => midnight(-1)],
};

/** What the API is asked for an address: a quick choice becomes the time that it stands for, unless a page that is gone on with has it already. */
export function apiQuery(query) {
  const asked = new URLSearchParams(query);
  const since = SINCE[asked.get('since')];
  asked.delete('since');
  if (since && !asked.has('changed_since')) {
    asked.set('changed_since', `${new Date(since[1]()).toISOString().slice(0, 19)}Z`);
  }
  return asked;
}

/** True when a query asks for less than everything. */
export const hasFilters = query => filtersIn(query).length > 0;

const filtersIn = query => [...fromTheBeginning(query)].filter(([name, value]) => value && !name.startsWith('sort_'));

/** The filters; `change(names and values)` puts them into the address. `serverId` is fixed in the view of one server. On a small screen they are folded. */
export function Filters({ query, change, isOfServer }) {
  const [isOpen, setOpen] = useState(false);
  const statuses = (query.get('status') ?? '').split(',').filter(Boolean);
  const toggle = status => change({ status: Object.keys(STATUSES).filter(each => statuses.includes(each) !== (each === status)).join(',') });
  const number = filtersIn(query).length;

  return html`<form class=${isOpen ? 'filters open' : 'filters'} role="search" aria-label="Filters" onSubmit=${event => event.preventDefault()}>
    <${Field} name="q" label="Search in reason, server, config or id" query=${query} change=${change} />
    <button type="button" class="fold" aria-expanded=${String(isOpen)} onClick=${() => setOpen(!isOpen)}>Filters${number ? ` (${number})` : ''}</button>
    <fieldset>
      <legend>Status</legend>
      ${Object.entries(STATUSES).map(([status, word]) => html`<label key=${status}>
        <input type="checkbox" checked=${statuses.includes(status)} onChange=${() => toggle(status)} /> ${word}
      </label>`)}
      <label><input type="checkbox" checked=${query.get('overdue') === 'true'} onChange=${event => change({ overdue: event.target.checked ? 'true' : '' })} /> Overdue</label>
    </fieldset>
    ${isOfServer ? null : html`<${Field} name="server_id" label="Server" query=${query} change=${change} />`}
    <${Field} name="name" label="Config name" query=${query} change=${change} />
    <${Field} name="action" label="Action" query=${query} change=${change} />
    <${Since} query=${query} change=${change} />
    ${query.get('config_id') ? html`<span class="field">Config id <bdi class="chosen">${visible(query.get('config_id'))}</bdi></span>` : null}
    ${query.get('reason') ? html`<span class="field">Reason like <bdi class="chosen">${visible(query.get('reason').slice(0, 80))}</bdi></span>` : null}
    ${query.get('rollout_id') ? html`<span class="field">Rollout <bdi class="chosen">${visible(query.get('rollout_id'))}</bdi></span>` : null}
    ${query.get('changed_before') ? html`<span class="field">Changed before <bdi class="chosen">${visible(localOr(query.get('changed_before')))}</bdi></span>` : null}
    <button type="button" class="clear" disabled=${!number} onClick=${() => change(null)}>Clear filters</button>
  </form>`;
}

/** A field that is taken when the typing pauses, and at once with Enter or when it is left. */
export function Field({ name, label, query, change }) {
  const given = query.get(name) ?? '';
  const [text, setText] = useState(given);
  const timer = useRef();
  useEffect(() => setText(given), [given]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const take = value => {
    clearTimeout(timer.current);
    if (value !== given) {
      change({ [name]: value });
    }
  };
  const type = event => {
    const { value } = event.target;
    setText(value);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => take(value), TYPING);
  };
  return html`<label class="field">${label}
    <input type="search" value=${text} spellcheck=${false} autocapitalize="off" onInput=${type} onChange=${event => take(event.target.value)} />
  </label>`;
}

function Since({ query, change }) {
  const choice = query.get('since') ?? '';
  const time = choice ? '' : query.get('changed_since') ?? '';
  const [isOwn, setOwn] = useState(false);
  const own = isOwn || time !== '';
  const choose = event => {
    setOwn(event.target.value === 'own');
    change({ since: event.target.value in SINCE ? event.target.value : '', changed_since: '' });
  };
  const set = event => change({ since: '', changed_since: event.target.value ? `${new Date(event.target.value).toISOString().slice(0, 19)}Z` : '' });
  return html`
    <label class="field">Changed since
      <select value=${own ? 'own' : choice} onChange=${choose}>
        <option value="">any time</option>
        ${Object.entries(SINCE).map(([value, [words]]) => html`<option key=${value} value=${value}>${words}</option>`)}
        <option value="own">a time…</option>
      </select>
    </label>
    ${own ? html`<label class="field">Since
      <input type="datetime-local" step="1" value=${localInput(time)} onChange=${set} />
    </label>` : null}`;
}

function midnight(days) {
  const day = new Date();
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + days).getTime();
}

/** A time that somebody put into the address, as they put it where it is none. */
function localOr(time) {
  return Number.isNaN(new Date(time).getTime()) ? time : localTime(time);
}

/** A time of the API as the browser's field wants it: in the operator's zone, without one. */
function localInput(time) {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? '' : new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}
