// Which deployments of a list are picked for something to be done to all of them: rows, or whatever matches.

import { html, useEffect, useState } from './vendor/htm-preact-standalone.js';
import { ACTIONS, Bulk } from './bulk.js';
import { many } from './text.js';

/** The picked rows by id, as they were when they were picked; `isAll` when all that match are meant. Another query begins anew. */
export function useSelection(key) {
  const [{ rows, isAll }, set] = useState({ rows: new Map(), isAll: false });
  useEffect(() => set({ rows: new Map(), isAll: false }), [key]);
  const change = edit => set(before => {
    const next = new Map(before.rows);
    edit(next);
    return { rows: next, isAll: false };
  });
  const hasAll = page => page.length > 0 && page.every(row => rows.has(row.id));
  return {
    rows,
    isAll,
    hasAll,
    has: id => rows.has(id),
    toggle: row => change(next => next.delete(row.id) || next.set(row.id, row)),
    togglePage: page => change(next => page.forEach(hasAll(page) ? row => next.delete(row.id) : row => next.set(row.id, row))),
    takeAll: () => set({ rows, isAll: true }),
    clear: () => set({ rows: new Map(), isAll: false }),
  };
}

/** What can be done to those that are picked. `filters` are those of the list, `isMore` is true where it has other pages. */
export function SelectionBar({ selection, page, filters, isMore, caller, reload }) {
  const [action, setAction] = useState(null);
  const { rows, isAll } = selection;
  if (!rows.size && !action) {
    return null;
  }
  const close = isDone => {
    setAction(null);
    if (isDone) {
      selection.clear();
      reload();
    }
  };
  return html`<div class="selection actions" role="group" aria-label="Selected deployments">
    <span role="status">${isAll ? 'All that match selected' : many(rows.size, 'selected', 'selected')}</span>
    ${!isAll && isMore && selection.hasAll(page) ? html`<button type="button" class="small" onClick=${selection.takeAll}>Select all that match</button>` : null}
    ${Object.entries(ACTIONS).map(([key, { name }]) => html`<button key=${key} type="button" class=${key === 'remove' ? 'small danger' : 'small'} onClick=${() => setAction(key)}>${name}…</button>`)}
    <button type="button" class="small" onClick=${selection.clear}>Clear selection</button>
    ${action ? html`<${Bulk} action=${action} rows=${isAll ? null : [...rows.values()]} filters=${filters} caller=${caller} close=${close} />` : null}
  </div>`;
}
