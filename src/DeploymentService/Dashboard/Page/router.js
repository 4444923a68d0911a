// What is looked at is in the address behind the #: #/PROJECT/deployments?status=FAILED. So it can be reloaded, gone back to and shared,
// and it is not sent to the service. A token is never in it. Who goes back is where they were: at the same place of the page, on the same link.

import { useEffect, useState } from './vendor/htm-preact-standalone.js';

const CHANGED = 'board:route';
/** The view that an address without one means. */
export const FIRST = 'rollouts';
// What is gone back to may have to be loaded before it is as long as it was.
const PATIENCE = 2000;

// Of each address: how far down the page was, and which link was followed.
const places = new Map();
let current = location.hash;
let returning = null;

/** The parts of an address: project, view, id, and the query as URLSearchParams. */
export function parse(hash) {
  const mark = hash.indexOf('?');
  const path = mark < 0 ? hash : hash.slice(0, mark);
  const [project = '', view = '', id = ''] = path.replace(/^#?\/?/, '').split('/').map(decoded);
  return { project, view: view || FIRST, id, query: new URLSearchParams(mark < 0 ? '' : hash.slice(mark + 1)) };
}

/** The address of a view. Empty values of the query are left out. */
export function hrefOf(project, view, id = '', query = {}) {
  const kept = new URLSearchParams([...new URLSearchParams(query)].filter(([, value]) => value !== ''));
  const path = [project, view, id].filter(Boolean).map(encodeURIComponent).join('/');
  return `#/${path}${kept.size ? `?${kept}` : ''}`;
}

/** Goes to an address; with `replace` in the place of the present one. `state` is what history remembers beside it. */
export function navigate(href, { replace = false, state = null } = {}) {
  leave();
  history[replace ? 'replaceState' : 'pushState'](state, '', href);
  returning = null;
  arrive();
}

/** True while somebody goes back to where a link was followed: the focus belongs there. */
export const isReturning = () => returning?.link !== undefined;

/** The present address, parsed. */
export function useRoute() {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const look = () => setHash(location.hash);
    addEventListener(CHANGED, look);
    return () => removeEventListener(CHANGED, look);
  }, []);
  return parse(hash);
}

history.scrollRestoration = 'manual';

// Also links are followed here, so that every popstate is somebody who went back or forward, or who typed an address.
document.addEventListener('click', event => {
  const link = event.target.closest('a[href^="#/"]');
  if (link && !event.defaultPrevented && event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey)) {
    event.preventDefault();
    leave(link.getAttribute('href'));
    navigate(link.getAttribute('href'));
  }
});

addEventListener('popstate', () => {
  leave();
  returning = places.get(location.hash) ?? null;
  arrive();
  if (returning) {
    comeBack(returning, performance.now() + PATIENCE);
  }
});

function leave(link = places.get(current)?.link) {
  places.set(current, { top: scrollY, link });
}

function arrive() {
  const [before, now] = [parse(current), parse(location.hash)];
  current = location.hash;
  if (!returning && (before.view !== now.view || before.id !== now.id)) {
    scrollTo(0, 0);
  }
  dispatchEvent(new Event(CHANGED));
}

/** Goes down to a place as soon as the page is long enough, and gives the focus back to the link. */
function comeBack(place, until) {
  requestAnimationFrame(() => {
    if (returning !== place) {
      return;
    }
    const link = place.link && document.querySelector(`main a[href="${CSS.escape(place.link)}"]`);
    const isThere = document.documentElement.scrollHeight >= place.top + innerHeight && (link || !place.link);
    if (!isThere && performance.now() < until) {
      comeBack(place, until);
      return;
    }
    scrollTo(0, place.top);
    link?.focus({ preventScroll: true });
    // The heading of the view asks once more, behind this frame.
    setTimeout(() => { returning = returning === place ? null : returning; }, 100);
  });
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
