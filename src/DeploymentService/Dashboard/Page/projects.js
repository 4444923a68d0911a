// Which projects there are, for those who may look at more than one.

import { html } from './vendor/htm-preact-standalone.js';
import { useBoard, useResource } from './resource.js';
import { FIRST, hrefOf, navigate } from './router.js';

/** The ids of the caller's projects, of which the service knows something; null until that is known. */
export function useProjects() {
  const { api } = useBoard();
  return useResource('projects', signal => api.get('projects', signal), () => false).data?.projects.map(project => project.id) ?? null;
}

/** The project that is looked at, and the choice of another one where there is one. */
export function ProjectChoice({ projects }) {
  const { project } = useBoard();
  const others = (projects ?? []).filter(id => id !== project);
  if (!others.length) {
    return html`<span class="project">Project <b>${project}</b></span>`;
  }
  const choose = event => navigate(hrefOf(event.target.value, FIRST));
  return html`<label class="project">Project <select value=${project} onChange=${choose}>
    ${[...others, project].sort().map(id => html`<option key=${id} value=${id}>${id}</option>`)}
  </select></label>`;
}

/** A sentence about a project of which nothing is known: an admin may look at any, also at one that is mistyped. */
export function Unknown({ projects }) {
  const { project } = useBoard();
  if (!projects || projects.includes(project)) {
    return null;
  }
  return html`<p class="notice" role="status">
    Nothing is known of a project <b>${project}</b>: it has no deployment and no server. Is its name mistyped?
    ${projects.length ? html` There ${projects.length === 1 ? 'is' : 'are'} ${projects.slice(0, 20).map((id, index) => html`${index ? ', ' : ''}<a key=${id} href=${hrefOf(id, FIRST)}>${id}</a>`)}${projects.length > 20 ? ' and more' : ''}.` : null}
  </p>`;
}
