// The way from a list into its deployments: which were in it, in which order, so that one can go from one to the next, and back to the list.

import { html, useEffect, useState } from './vendor/htm-preact-standalone.js';
import { useBoard } from './resource.js';
import { hrefOf } from './router.js';

/** Remembers the list that is seen. `more()` loads the ids of the next page, and whether there is one behind it, or is null. */
export function lay(trail, href, ids, more) {
  Object.assign(trail, { href, ids, more });
}

/** Where one came from: the list as it was filtered, or the whole one. */
export const listOf = (trail, project) => trail.href ?? hrefOf(project, 'deployments');

/** Links to the list and to the neighbours of a deployment in it. */
export function Trail({ id }) {
  const { project, trail } = useBoard();
  const [, draw] = useState(0);
  const place = (trail.ids ?? []).indexOf(id);
  const isLast = place >= 0 && place >= trail.ids.length - 1;

  useEffect(() => {
    const { more } = trail;
    if (!isLast || !more) {
      return;
    }
    trail.more = null;
    more().then(page => {
      trail.ids = [...trail.ids, ...page.ids];
      trail.more = page.more;
      draw(count => count + 1);
    }, () => { trail.more = more; });
  }, [id, isLast]);

  const link = (other, rel, words) => (other
    ? html`<a class="button small" rel=${rel} href=${hrefOf(project, 'deployments', other)}>${words}</a>`
    : html`<span class="button small off" aria-hidden="true">${words}</span>`);
  return html`<nav class="trail" aria-label="In the list">
    <a href=${listOf(trail, project)}>${trail.href?.includes('?') ? 'Back to the filtered list' : 'All deployments'}</a>
    ${place < 0 ? null : html`${link(trail.ids[place - 1], 'prev', '‹ Previous')}${link(trail.ids[place + 1], 'next', 'Next ›')}<span class="quiet">${place + 1} of ${trail.ids.length}${trail.more ? '+' : ''}</span>`}
  </nav>`;
}
