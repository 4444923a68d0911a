// How the servers of a rollout stand, in one bar: as wide as there are of each, and in words for whoever cannot see it.

import { html } from './vendor/htm-preact-standalone.js';
import { count } from './text.js';

const WIDTH = 1000;
const LEAST = 4;
const WORDS = { COMPLETE: 'complete', SKIPPED: 'skipped', FAILED: 'failed', OVERDUE: 'overdue', IN_PROGRESS: 'in progress', PENDING: 'pending' };

/** What the parts of the bar are, in their order. */
export const PARTS = Object.keys(WORDS);

/** The counts of a rollout by what is shown of them: those that are overdue apart. */
export function countsOf(rollout) {
  const overdue = rollout.overdue ?? 0;
  return { ...rollout.counts, OVERDUE: overdue, IN_PROGRESS: (rollout.counts.IN_PROGRESS ?? 0) - overdue };
}

export function Bar({ rollout }) {
  const counts = countsOf(rollout);
  const parts = PARTS.filter(status => counts[status] > 0);
  const words = parts.map(status => `${count(counts[status])} ${WORDS[status]}`).join(', ') || 'nothing';
  // One of ten thousand is seen, too.
  const all = parts.reduce((sum, status) => sum + Math.max(counts[status] / rollout.total * WIDTH, LEAST), 0) || 1;
  let x = 0;
  return html`<svg class="progress" viewBox=${`0 0 ${WIDTH} 10`} preserveAspectRatio="none" role="img" aria-label=${words}>
    <title>${words}</title>
    ${parts.map(status => {
      const width = Math.max(counts[status] / rollout.total * WIDTH, LEAST) / all * WIDTH;
      x += width;
      return html`<rect key=${status} data-status=${status} x=${x - width} y="0" width=${width} height="10" />`;
    })}
  </svg>`;
}
