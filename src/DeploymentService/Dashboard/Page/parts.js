// Small parts that several views are made of.

import { html, useEffect, useRef, useState } from './vendor/htm-preact-standalone.js';
import { copy } from './clipboard.js';
import { useBoard } from './resource.js';
import { beginningOf, count, dateOf, localTime, visible } from './text.js';

const STATUSES = {
  COMPLETE: { sign: '✓', word: 'Complete' },
  FAILED: { sign: '✗', word: 'Failed' },
  IN_PROGRESS: { sign: '●', word: 'In progress' },
  OVERDUE: { sign: '!', word: 'Overdue' },
  SILENT: { sign: '?', word: 'Silent' },
};

/** A status as a word with a sign, so that its colour is never all that tells it. */
export function Status({ of }) {
  const { sign, word } = STATUSES[of] ?? { sign: '·', word: visible(of) };
  return html`<span class="status" data-status=${of}><span aria-hidden="true">${sign}</span> ${word}</span>`;
}

/** The status of a deployment; one that is overdue is still in progress. */
export function StatusOf({ deployment }) {
  return html`<${Status} of=${deployment.status} />${deployment.overdue ? html` <${Status} of="OVERDUE" />` : null}`;
}

/** A time of the API in the operator's zone, the API's own words on hover. */
export function Time({ at, none = '–' }) {
  return at ? html`<time datetime=${dateOf(at).toISOString()} title=${at}>${localTime(at)}</time>` : none;
}

/** Text that others wrote: `most` characters of it, for a reason may be a megabyte. How long it is, nobody knows of one that the service has cut already. */
export function Text({ of, none = '–', most = 1000, isWhole = true }) {
  if (of === null || of === undefined || of === '') {
    return html`<span class="quiet">${none}</span>`;
  }
  return html`<bdi>${visible(beginningOf(of, most))}</bdi>${of.length > most ? html`<span class="quiet">…${isWhole ? ` (${count(of.length)} characters)` : ''}</span>` : null}`;
}

/** The heading of a view. It takes the focus when the view begins, so that a keyboard or screen reader goes on there, and names the page. */
export function Heading({ title, children }) {
  const heading = useRef();
  const { project, mayTakeFocus } = useBoard();
  useEffect(() => {
    if (mayTakeFocus.current) {
      heading.current.focus();
    }
    mayTakeFocus.current = true;
  }, []);
  useEffect(() => { document.title = `${visible(title)} – ${project}`; }, [title, project]);
  return html`<h1 tabindex="-1" ref=${heading}>${children ?? visible(title)}</h1>`;
}

/** Why something could not be shown or done. */
export function Failure({ error, retry }) {
  return error ? html`<div class="failure" role="alert">
    <p><span aria-hidden="true">✗ </span>${visible(error.message)}</p>
    ${retry ? html`<button type="button" onClick=${retry}>Try again</button>` : null}
  </div>` : null;
}

/** What is there while something is loaded for the first time: the error, or a word of patience. */
export function Pending({ resource, what }) {
  return resource.error ? html`<${Failure} error=${resource.error} retry=${resource.reload} />` : html`<p class="quiet">Loading ${what}…</p>`;
}

/** A button that copies what `text()` returns. */
export function CopyButton({ text, children = 'Copy', of }) {
  const { say } = useBoard();
  const [isDone, setDone] = useState(false);
  useEffect(() => {
    const timer = isDone ? setTimeout(() => setDone(false), 2000) : null;
    return () => clearTimeout(timer);
  }, [isDone]);
  const click = async () => {
    const isCopied = await copy(text());
    setDone(isCopied);
    say(isCopied ? (of === 'The request' ? 'Copied as curl.' : `${of} copied.`) : `${of} could not be copied: the browser does not allow it.`);
  };
  return html`<button type="button" class="small" onClick=${click} aria-label=${children === 'Copy' ? `Copy ${of}` : null}>${isDone ? 'Copied' : children}</button>`;
}
