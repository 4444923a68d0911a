// Reports and failures of the last 24 hours: reports upwards, failures downwards, so that it can be read without colours; and as a table.

import { html } from './vendor/htm-preact-standalone.js';
import { Time } from './parts.js';
import { count, localHour } from './text.js';

const STEP = 30;
const UP = 84;
const DOWN = 44;
const GAP = 4;
const LABEL_EVERY = 4;

export function Chart({ hours }) {
  if (!hours?.length) {
    return null;
  }
  const reports = hours.reduce((sum, hour) => sum + hour.reports, 0);
  const failures = hours.reduce((sum, hour) => sum + hour.failures, 0);
  // One scale for both: a failure is as tall as a report.
  const most = Math.max(1, ...hours.map(hour => hour.reports), ...hours.map(hour => hour.failures * UP / DOWN));
  const heightOf = number => (number ? Math.max(2, number * UP / most) : 0);
  const width = STEP * hours.length;
  const height = UP + GAP + DOWN;

  return html`<section class="chart" aria-labelledby="chart-title">
    <h2 id="chart-title">Last 24 hours${' '}
      <span class="legend">
        <span data-status="IN_PROGRESS">▲ ${count(reports)} reports</span>${' '}
        <span data-status="FAILED">▼ ${count(failures)} failures</span>
      </span>
    </h2>
    <svg viewBox=${`0 0 ${width} ${height}`} preserveAspectRatio="none" role="img" aria-label="Reports upwards and failures downwards, hour by hour; the numbers are in the table below.">
      ${hours.map((hour, index) => html`<g key=${hour.time}>
        <title>${localHour(hour.time)}: ${count(hour.reports)} reports, ${count(hour.failures)} failures</title>
        <rect class="area" x=${index * STEP} y="0" width=${STEP} height=${height} />
        <rect class="reports" x=${index * STEP + 3} y=${UP - heightOf(hour.reports)} width=${STEP - 6} height=${heightOf(hour.reports)} />
        <rect class="failures" x=${index * STEP + 3} y=${UP + GAP} width=${STEP - 6} height=${heightOf(hour.failures)} />
      </g>`)}
      <line class="axis" x1="0" x2=${width} y1=${UP + GAP / 2} y2=${UP + GAP / 2} />
    </svg>
    <div class="hours" aria-hidden="true">${hours.filter((_, index) => index % LABEL_EVERY === 0).map(hour => html`<span key=${hour.time}>${localHour(hour.time)}</span>`)}</div>
    <details>
      <summary>As a table</summary>
      <table>
        <thead><tr><th scope="col">Hour</th><th scope="col">Reports</th><th scope="col">Failures</th></tr></thead>
        <tbody>${hours.map(hour => html`<tr key=${hour.time}>
          <th scope="row"><${Time} at=${hour.time} /></th><td>${count(hour.reports)}</td><td>${count(hour.failures)}</td>
        </tr>`)}</tbody>
      </table>
    </details>
  </section>`;
}
