// Reports and failures of the last 24 hours: reports upwards, failures downwards, so that it can be read without colours; and as a table. A bar leads to what it counts.

import { html, useState } from './vendor/htm-preact-standalone.js';
import { Time } from './parts.js';
import { useBoard } from './resource.js';
import { hrefOf } from './router.js';
import { count, dateOf, localHour, many } from './text.js';

const STEP = 30;
const UP = 44;
const DOWN = 22;
const GAP = 4;
const LABEL_EVERY = 4;
const HOUR = 3_600_000;

const isWide = matchMedia('(min-width: 48rem)');

// Open where there is room, until the operator says otherwise.
let isOpen = isWide.matches;

export function Chart({ hours }) {
  const [, draw] = useState(0);
  const toggle = event => {
    isOpen = event.target.open;
    draw(count => count + 1);
  };
  const sum = of => (hours ?? []).reduce((sum, hour) => sum + of(hour), 0);
  return html`<details class="chart" open=${isOpen} onToggle=${toggle}>
    <summary>Last 24 hours${' '}
      ${hours ? html`<span class="legend">
        <span data-status="IN_PROGRESS">▲ ${many(sum(hour => hour.reports), 'report')}</span>${' '}
        <span data-status="FAILED">▼ ${many(sum(hour => hour.failures), 'failure')}</span>
      </span>` : null}
    </summary>
    ${isOpen ? html`<${Bars} hours=${hours ?? []} />` : null}
  </details>`;
}

function Bars({ hours }) {
  const { project } = useBoard();
  // One scale for both: a failure is as tall as a report.
  const most = Math.max(1, ...hours.map(hour => hour.reports), ...hours.map(hour => hour.failures * UP / DOWN));
  const heightOf = number => (number ? Math.max(2, number * UP / most) : 0);
  const width = STEP * Math.max(hours.length, 1);
  const height = UP + GAP + DOWN;
  const hrefOfHour = (hour, query) => hrefOf(project, 'deployments', '', {
    ...query, changed_since: timeOf(dateOf(hour.time)), changed_before: timeOf(new Date(dateOf(hour.time).getTime() + HOUR)),
  });

  return html`<div class="plot">
    <span class="scale" aria-hidden="true"><span>${count(Math.ceil(most))}</span><span>0</span></span>
    <svg viewBox=${`0 0 ${width} ${height}`} preserveAspectRatio="none" role="group" aria-label="Reports upwards and failures downwards, hour by hour; the numbers are in the table below.">
      ${hours.map((hour, index) => html`<g key=${hour.time}>
        <title>${localHour(hour.time)}: ${many(hour.reports, 'report')}, ${many(hour.failures, 'failure')}</title>
        <a href=${hrefOfHour(hour, {})} tabindex="-1" aria-hidden="true">
          <rect class="area" x=${index * STEP} y="0" width=${STEP} height=${UP + GAP / 2} />
          <rect class="reports" x=${index * STEP + 3} y=${UP - heightOf(hour.reports)} width=${STEP - 6} height=${heightOf(hour.reports)} />
        </a>
        <a href=${hrefOfHour(hour, { status: 'FAILED' })} tabindex="-1" aria-hidden="true">
          <rect class="area" x=${index * STEP} y=${UP + GAP / 2} width=${STEP} height=${DOWN + GAP / 2} />
          <rect class="failures" x=${index * STEP + 3} y=${UP + GAP} width=${STEP - 6} height=${heightOf(hour.failures)} />
        </a>
      </g>`)}
      <line class="axis" x1="0" x2=${width} y1=${UP + GAP / 2} y2=${UP + GAP / 2} />
    </svg>
    <div class="hours" aria-hidden="true">${hours.filter((_, index) => index % LABEL_EVERY === 0).map(hour => html`<span key=${hour.time}>${localHour(hour.time)}</span>`)}</div>
    <details class="numbers">
      <summary>As a table</summary>
      <table>
        <thead><tr><th scope="col">Hour</th><th scope="col">Reports</th><th scope="col">Failures</th></tr></thead>
        <tbody>${hours.map(hour => html`<tr key=${hour.time}>
          <th scope="row"><${Time} at=${hour.time} isExact=${true} /></th>
          <td><a href=${hrefOfHour(hour, {})}>${count(hour.reports)}</a></td>
          <td><a href=${hrefOfHour(hour, { status: 'FAILED' })}>${count(hour.failures)}</a></td>
        </tr>`)}</tbody>
      </table>
    </details>
  </div>`;
}

const timeOf = date => `${date.toISOString().slice(0, 19)}Z`;
