// Small parts that several views are made of.

import { html, useEffect, useRef, useState } from './vendor/htm-preact-standalone.js';
import { copy } from './clipboard.js';
import { useBoard } from './resource.js';
import { isReturning } from './router.js';
import { beginningOf, count, dateOf, duration, localTime, relativeTime, visible } from './text.js';

const STATUSES = {
  COMPLETE: { sign: '✓', word: 'Complete' },
  FAILED: { sign: '✗', word: 'Failed' },
  IN_PROGRESS: { sign: '●', word: 'In progress' },
  OVERDUE: { sign: '!', word: 'Overdue' },
  SILENT: { sign: '?', word: 'Silent' },
  PENDING: { sign: '○', word: 'Pending' },
  SKIPPED: { sign: '»', word: 'Skipped' },
  PAUSED: { sign: '‖', word: 'Paused' },
  ABORTED: { sign: '■', word: 'Aborted' },
  COMPLETE_WITH_FAILURES: { sign: '✗', word: 'With failures' },
};

/** A status as a word with a sign, so that its colour is never all that tells it. */
export function Status({ of }) {
  const { sign, word } = STATUSES[of] ?? { sign: '·', word: visible(of) };
  return html`<span class="status" data-status=${of}><span aria-hidden="true">${sign}</span> ${word}</span>`;
}

/** The status of a deployment; one that is overdue is still in progress. `isShort` leaves to one word what fits into a row. */
export function StatusOf({ deployment, isShort = false }) {
  return html`${deployment.overdue && isShort ? null : html`<${Status} of=${deployment.status} />`}${deployment.overdue ? html` <${Status} of="OVERDUE" />` : null}`;
}

// All times on the page move on together.
const TICK = 10_000;
const ticking = new Set();
setInterval(() => document.hidden || ticking.forEach(tick => tick(count => count + 1)), TICK);

/** A time of the API as how long ago it is, with the exact one in the operator's zone on hover; `isExact` the other way round, `isSpan` without "ago". */
export function Time({ at, none = '–', isExact = false, isSpan = false }) {
  const [, tick] = useState(0);
  useEffect(() => {
    ticking.add(tick);
    return () => ticking.delete(tick);
  }, []);
  if (!at) {
    return none;
  }
  const relative = isSpan ? duration(Date.now() - dateOf(at), 1) : relativeTime(at);
  const [shown, hover] = isExact ? [localTime(at), relative] : [relative, localTime(at)];
  return html`<time datetime=${dateOf(at).toISOString()} title=${hover} data-exact=${localTime(at)}>${shown}</time>`;
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
    // Whoever comes back goes on where they were.
    if (mayTakeFocus.current && !isReturning()) {
      heading.current.focus({ preventScroll: true });
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
