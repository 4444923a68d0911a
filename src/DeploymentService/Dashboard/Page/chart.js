// Reports and failures of the last 24 hours: reports upwards, failures downwards, so that it can be read without colours; and as a table.

import { html } from './vendor/htm-preact-standalone.js';
import { Time } from './parts.js';
import { count, localHour } from './text.js';

const WIDTH = 720;
const UP = 84;
const DOWN = 44;
const GAP = 16;

export function Chart({ hours }) {
  if (!hours?.length) {
    return null;
  }
  const reports = hours.reduce((sum, hour) => sum + hour.reports, 0);
  const failures = hours.reduce((sum, hour) => sum + hour.failures, 0);
  // One scale for both: a failure is as tall as a report.
  const most = Math.max(1, ...hours.map(hour => hour.reports), ...hours.map(hour => hour.failures * UP / DOWN));
  const step = WIDTH / hours.length;
  const heightOf = number => (number ? Math.max(2, number * UP / most) : 0);

  return html`<section class="chart" aria-labelledby="chart-title">
    <h2 id="chart-title">Last 24 hours: ${count(reports)} reports, ${count(failures)} failures</h2>
    <svg viewBox=${`0 0 ${WIDTH} ${UP + GAP + DOWN}`} role="img" aria-label="Reports upwards and failures downwards, hour by hour; the numbers are in the table behind it.">
      ${hours.map((hour, index) => html`<g key=${hour.time}>
        <title>${localHour(hour.time)}: ${count(hour.reports)} reports, ${count(hour.failures)} failures</title>
        <rect class="area" x=${index * step} y="0" width=${step} height=${UP + GAP + DOWN} />
        <rect class="reports" x=${index * step + 2} y=${UP - heightOf(hour.reports)} width=${step - 4} height=${heightOf(hour.reports)} />
        <rect class="failures" x=${index * step + 2} y=${UP + GAP} width=${step - 4} height=${heightOf(hour.failures)} />
        ${index % 4 === 0 ? html`<text x=${index * step + 2} y=${UP + GAP - 4}>${localHour(hour.time)}</text>` : null}
      </g>`)}
    </svg>
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
