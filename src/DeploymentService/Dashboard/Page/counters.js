// How the project stands, in five numbers. Each is the link to what it counts.

import { html } from './vendor/htm-preact-standalone.js';
import { useBoard } from './resource.js';
import { hrefOf } from './router.js';
import { count } from './text.js';

const COUNTERS = [
  { name: 'Failed', sign: '✗', status: 'FAILED', view: 'deployments', query: { status: 'FAILED' }, of: summary => summary.by_status.FAILED },
  { name: 'Overdue', sign: '!', status: 'OVERDUE', view: 'deployments', query: { overdue: 'true' }, of: summary => summary.overdue },
  { name: 'In progress', sign: '●', status: 'IN_PROGRESS', view: 'deployments', query: { status: 'IN_PROGRESS' }, of: summary => summary.by_status.IN_PROGRESS },
  { name: 'Complete', sign: '✓', status: 'COMPLETE', view: 'deployments', query: { status: 'COMPLETE' }, of: summary => summary.by_status.COMPLETE },
  { name: 'Silent servers', sign: '?', status: 'SILENT', view: 'servers', query: { silent: 'true' }, of: summary => summary.silent_servers },
];

export function Counters({ route, summary }) {
  const { project } = useBoard();
  const isHere = counter => route.view === counter.view && !route.id && route.query.toString() === new URLSearchParams(counter.query).toString();
  return html`<nav class="counters" aria-label="Counters">
    <ul>
      ${COUNTERS.map(counter => html`<li key=${counter.name}>
        <a href=${hrefOf(project, counter.view, '', counter.query)} data-status=${counter.status} aria-current=${isHere(counter) ? 'page' : null}>
          <span class="number">${summary.data ? count(counter.of(summary.data.summary)) : '–'}</span>${' '}
          <span><span class="sign" aria-hidden="true">${counter.sign}</span> ${counter.name}</span>
        </a>
      </li>`)}
    </ul>
  </nav>`;
}
