// What is looked at is in the address behind the #: #/PROJECT/deployments?status=FAILED. So it can be reloaded, gone back to and shared,
// and it is not sent to the service. A token is never in it.

import { useEffect, useState } from './vendor/htm-preact-standalone.js';

const CHANGED = 'board:route';

/** The parts of an address: project, view, id, and the query as URLSearchParams. */
export function parse(hash) {
  const mark = hash.indexOf('?');
  const path = mark < 0 ? hash : hash.slice(0, mark);
  const [project = '', view = '', id = ''] = path.replace(/^#?\/?/, '').split('/').map(decoded);
  return { project, view: view || 'deployments', id, query: new URLSearchParams(mark < 0 ? '' : hash.slice(mark + 1)) };
}

/** The address of a view. Empty values of the query are left out. */
export function hrefOf(project, view, id = '', query = {}) {
  const kept = new URLSearchParams([...new URLSearchParams(query)].filter(([, value]) => value !== ''));
  const path = [project, view, id].filter(Boolean).map(encodeURIComponent).join('/');
  return `#/${path}${kept.size ? `?${kept}` : ''}`;
}

/** Goes to an address; with `replace` in the place of the present one. `state` is what history remembers beside it. */
export function navigate(href, { replace = false, state = null } = {}) {
  history[replace ? 'replaceState' : 'pushState'](state, '', href);
  dispatchEvent(new Event(CHANGED));
}

/** The present address, parsed. */
export function useRoute() {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const look = () => setHash(location.hash);
    const kinds = [CHANGED, 'popstate', 'hashchange'];
    kinds.forEach(kind => addEventListener(kind, look));
    return () => kinds.forEach(kind => removeEventListener(kind, look));
  }, []);
  return parse(hash);
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
