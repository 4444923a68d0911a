// Single keys for those who have their hands on the keyboard. They can be switched off, for those whose voice or tools type.

import { html, useEffect, useRef, useState } from './vendor/htm-preact-standalone.js';

const KEYS = [
  ['/', 'search'],
  ['j', 'next row, or next deployment'],
  ['k', 'previous row, or previous deployment'],
  ['Enter', 'open the row'],
  ['x', 'select the row'],
  ['?', 'this list'],
];

let areOn = true;

export function Shortcuts() {
  const [isOpen, setOpen] = useState(false);
  useEffect(() => {
    const press = event => {
      const isTyping = event.target.closest?.('input:not([type="checkbox"]), select, textarea');
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping || document.querySelector('dialog[open]')) {
        return;
      }
      if (event.key === '?') {
        event.preventDefault();
        setOpen(true);
      } else if (areOn && act(event.key)) {
        event.preventDefault();
      }
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, []);
  return isOpen ? html`<${Keys} close=${() => setOpen(false)} />` : null;
}

function Keys({ close }) {
  const dialog = useRef();
  const [on, setOn] = useState(areOn);
  useEffect(() => dialog.current.showModal(), []);
  const change = event => {
    areOn = event.target.checked;
    setOn(areOn);
  };
  return html`<dialog ref=${dialog} aria-labelledby="keys-title" onClose=${close}>
    <h2 id="keys-title">Keyboard shortcuts</h2>
    <dl class="keys">${KEYS.map(([key, words]) => html`<div key=${key}><dt><kbd>${key}</kbd></dt><dd>${words}</dd></div>`)}</dl>
    <label><input type="checkbox" checked=${on} onChange=${change} /> Single keys are on</label>
    <div class="actions"><button type="button" onClick=${() => dialog.current.close()}>Close</button></div>
  </dialog>`;
}

/** True when the key meant something here. */
function act(key) {
  switch (key) {
    case '/': return search();
    case 'j': return move(1);
    case 'k': return move(-1);
    case 'x': return focusedRow()?.querySelector('input[type="checkbox"]')?.click() ?? false;
    default: return false;
  }
}

function search() {
  const field = document.querySelector('main input[type="search"]');
  field?.focus();
  field?.select();
  return Boolean(field);
}

const focusedRow = () => document.activeElement?.closest('main tbody tr');

function move(step) {
  const sibling = document.querySelector(step > 0 ? 'main a[rel="next"]' : 'main a[rel="prev"]');
  const links = [...document.querySelectorAll('main table tbody th a')];
  if (sibling && !links.includes(document.activeElement)) {
    sibling.click();
    return true;
  }
  const place = links.findIndex(link => link.closest('tr') === focusedRow());
  const next = links[place < 0 ? (step > 0 ? 0 : links.length - 1) : place + step];
  next?.focus();
  return Boolean(next);
}
