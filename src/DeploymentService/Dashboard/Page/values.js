// Inputs and outputs. What a program printed is shown as the text that it is, never as anything else.

import { html, useMemo, useState } from './vendor/htm-preact-standalone.js';
import { download } from './clipboard.js';
import { CopyButton } from './parts.js';
import { beginningOf, count, many, printed, textOf, visible } from './text.js';

export const MASK = '••••';
// A megabyte of text takes the browser a while to lay out: so much of it is shown at first.
const FIRST = 64 * 1024;
// And all of it in parts, of which the browser lays out those in view.
const PART = 16 * 1024;
const SHORT = 200;
const PRINTED = ['deploy_stdout', 'deploy_stderr'];
// What went wrong is said there.
const PRINTED_OF_FAILED = ['deploy_stderr', 'deploy_stdout'];

/** Values under a title: the short ones first, then the long ones; of a run that failed with what it printed to complain. */
export function Values({ title, values, id, isFailed = false }) {
  const first = isFailed ? PRINTED_OF_FAILED : PRINTED;
  const names = Object.keys(values ?? {});
  const isLong = name => PRINTED.includes(name) || textOf(values[name]).length > SHORT || textOf(values[name]).includes('\n');
  const orderOf = name => (first.indexOf(name) + 1 || first.length + 1);
  const isMasked = name => values[name] === MASK;
  const short = names.filter(name => !isLong(name));
  const long = names.filter(name => !short.includes(name)).sort((one, other) => orderOf(one) - orderOf(other));

  return html`<section>
    <h2>${title}</h2>
    ${names.length ? null : html`<p class="quiet">None.</p>`}
    ${short.length ? html`<dl class="fields">${short.map(name => html`<div key=${name}>
      <dt><bdi>${visible(name)}</bdi></dt>
      <dd>${isMasked(name) ? html`${MASK} <span class="quiet">hidden</span>` : html`<code>${visible(textOf(values[name]))}</code>`}</dd>
    </div>`)}</dl>` : null}
    ${long.map(name => html`<${Output} key=${name} name=${name} text=${textOf(values[name])} id=${id} />`)}
  </section>`;
}

/** A long text with its name. */
export function Output({ name, text, id }) {
  const [isWhole, setWhole] = useState(false);
  const clean = useMemo(() => printed(text), [text]);
  const isCut = !isWhole && clean.length > FIRST;
  const parts = useMemo(() => partsOf(isCut ? beginningOf(clean, FIRST) : clean), [clean, isCut]);
  const label = visible(name);

  return html`<section class="output">
    <div class="bar">
      <h3><bdi>${label}</bdi> <span class="quiet">${many(text.length, 'character')}</span></h3>
      <div class="actions">
        <${CopyButton} text=${() => text} of=${label} />
        <button type="button" class="small" aria-label=${`Download ${label}`} onClick=${() => download(`${name}-${id}.txt`, text)}>Download</button>
      </div>
    </div>
    ${text === '' ? html`<p class="quiet">Empty.</p>` : html`<pre tabindex="0" role="region" aria-label=${label}>${parts.map((part, index) => html`<span key=${index}>${part}</span>`)}</pre>`}
    ${isCut ? html`<button type="button" onClick=${() => setWhole(true)}>Show all ${count(clean.length)} characters</button>` : null}
  </section>`;
}

/** The text in parts that end where a line does, if lines are not longer than a part. A part is a block: its last line end is its own. */
function partsOf(text) {
  const parts = [];
  for (let start = 0; start < text.length;) {
    let part = beginningOf(text.slice(start, start + PART + 1), PART);
    if (start + part.length < text.length && part.includes('\n')) {
      part = part.slice(0, part.lastIndexOf('\n') + 1);
    }
    start += part.length;
    parts.push(part.replace(/\n$/, '') || '\n');
  }
  return parts;
}
