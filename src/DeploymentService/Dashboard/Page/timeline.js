// What happened to a deployment, oldest first, page by page; what happens next is put behind it.

import { html, useRef } from './vendor/htm-preact-standalone.js';
import { Failure, Pending, Status, Text, Time } from './parts.js';
import { useBoard, useResource } from './resource.js';
import { visible } from './text.js';

const PAGE = 100;

const WORDS = {
  created: 'Created',
  fetched: 'Fetched by the agent',
  update: 'Updated',
  signal: 'Reported by the agent',
  late: 'A late report',
  refused: 'A report was refused',
  run: 'Queued to run again',
  skipped: 'Skipped: agents do not run this config',
  overdue: 'Overdue',
  expired: 'Timed out: no report',
  deleted: 'Deleted',
};

export function Timeline({ id, path }) {
  const { api } = useBoard();
  const events = useRef([]);
  // How many pages the operator wants to see. The last of them may be there in part: it is asked for again, behind what is known.
  const wanted = useRef(1);

  const history = useResource(id, async signal => {
    for (;;) {
      const known = events.current;
      const room = wanted.current * PAGE - known.length;
      if (room <= 0) {
        return { events: known, isCut: true };
      }
      const marker = known.length ? `&marker=${known.at(-1).sequence}` : '';
      const answer = await api.get(`${path}/events?limit=${room}${marker}`, signal);
      events.current = [...known, ...answer.events];
      if (!answer.events_links) {
        return { events: events.current, isCut: false };
      }
    }
  }, event => event.deployment_id === id);

  const more = () => {
    wanted.current += 1;
    history.reload();
  };

  return html`<section aria-labelledby="timeline-title">
    <h2 id="timeline-title">History</h2>
    ${history.data ? html`
      <${Failure} error=${history.error} />
      <ol class="timeline">${history.data.events.map(event => html`<${Entry} key=${event.sequence} event=${event} />`)}</ol>
      ${history.data.isCut ? html`<button type="button" onClick=${more}>Show later events</button>` : null}`
    : html`<${Pending} resource=${history} what="the history" />`}
  </section>`;
}

function Entry({ event }) {
  const isMove = event.status_to && event.status_to !== event.status_from;
  return html`<li data-event=${event.event}>
    <${Time} at=${event.time} isExact=${true} />
    <div>
      <b>${WORDS[event.event] ?? visible(event.event)}</b>
      ${isMove ? html` <${Status} of=${event.status_to} />` : null}
      ${event.repeated ? html` <span class="quiet">again, nothing new</span>` : null}
      ${event.reason ? html`<div class="reason"><${Text} of=${event.reason} /></div>` : null}
      <div class="quiet">
        ${event.who.name === null ? `by the ${event.who.role}` : html`by <bdi>${visible(event.who.name)}</bdi> (${event.who.role})`},
        ${' '}run ${event.execution}${event.request_id ? html`, <code>${visible(event.request_id)}</code>` : null}
      </div>
    </div>
  </li>`;
}
