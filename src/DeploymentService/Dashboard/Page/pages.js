// From page to page of a list. The API's link to the next page is followed as it is; the way back is the browser's.

import { html } from './vendor/htm-preact-standalone.js';
import { useBoard } from './resource.js';
import { hrefOf, navigate } from './router.js';

/** The query of the API's link to the next page, without what every page is asked with. */
export function queryOf(links, always) {
  const query = new URL(links[0].href, document.baseURI).searchParams;
  always.forEach(name => query.delete(name));
  return query;
}

/** `next` is the query of the next page, null on the last; `place` the name in it by which a later page is known from the first. */
export function Pages({ view, id = '', query, next, place }) {
  const { project } = useBoard();
  const page = history.state?.page ?? 1;
  const isLater = query.has(place);
  if (!next && !isLater) {
    return null;
  }
  const first = new URLSearchParams(query);
  first.delete(place);
  const turn = event => {
    if (!event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      navigate(event.currentTarget.getAttribute('href'), { state: { page: page + 1 } });
      scrollTo(0, 0);
    }
  };
  return html`<nav class="pages" aria-label="Pages">
    ${isLater ? html`<a href=${hrefOf(project, view, id, first)}>First page</a>` : null}
    ${isLater && page > 1 ? html`<button type="button" onClick=${() => history.back()}>Previous</button><span>Page ${page}</span>` : null}
    ${next ? html`<a class="button" href=${hrefOf(project, view, id, next)} onClick=${turn}>Next</a>` : html`<span class="quiet">This is the last page.</span>`}
  </nav>`;
}
