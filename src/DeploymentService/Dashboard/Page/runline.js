// The runs of one server over time: when each began, how long it took, how it ended.

import { html } from './vendor/htm-preact-standalone.js';
import { useBoard } from './resource.js';
import { hrefOf } from './router.js';
import { dateOf, duration, localTime, visible } from './text.js';

const WIDTH = 1000;
// A second is seen beside a month.
const LEAST = 4;

export function RunLine({ rows }) {
  const { project } = useBoard();
  const runs = rows.filter(row => row.started_time).map(row => ({ row, start: dateOf(row.started_time).getTime(), end: row.ended_time ? dateOf(row.ended_time).getTime() : Date.now() }));
  if (runs.length < 2) {
    return null;
  }
  const first = Math.min(...runs.map(run => run.start));
  const span = Math.max(1, Math.max(...runs.map(run => run.end)) - first);
  const place = time => (time - first) / span * (WIDTH - LEAST);
  return html`<figure class="runline">
    <figcaption class="quiet"><span>${localTime(runs.find(run => run.start === first).row.started_time)}</span><span>Runs of the rows below</span><span>${localTime(new Date(first + span).toISOString())}</span></figcaption>
    <svg viewBox=${`0 0 ${WIDTH} 20`} preserveAspectRatio="none" role="group" aria-label="When the deployments below ran, and for how long; the numbers are in the table.">
      ${runs.map(({ row, start, end }) => html`<a key=${row.id} href=${hrefOf(project, 'deployments', row.id)} tabindex="-1" aria-hidden="true">
        <title>${visible(row.config_name ?? row.id)}: ${localTime(row.started_time)}, ${row.ended_time ? duration(end - start) : 'goes on'}</title>
        <rect data-status=${row.overdue ? 'OVERDUE' : row.status} x=${place(start)} y="2" width=${Math.max(LEAST, place(end) - place(start))} height="16" />
      </a>`)}
    </svg>
  </figure>`;
}
