// Text that others wrote: agents, scripts, whoever names a server. It is only ever shown as text, and nothing in it hides or turns anything around.

const COLOURS = /\u001b\[[0-9;:]*m/g;
// Control characters but tab and line feed, and what turns the direction of text or has no width. The joiners stay: scripts and emoji need them.
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** The text with a visible sign for every character that is not seen: ^[ for escape, as terminals write it. */
export function visible(text) {
  return String(text).replace(UNSEEN, character => {
    const code = character.charCodeAt(0);
    return code < 0x80 ? `^${String.fromCharCode(code ^ 0x40)}` : `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`;
  });
}

/** The same for what a program printed: without its colours, with plain line ends. */
export function printed(text) {
  return visible(text.replace(COLOURS, '').replace(/\r\n/g, '\n'));
}

/** The first characters of a text; none of them is cut in two. */
export function beginningOf(text, most) {
  const code = text.charCodeAt(most - 1);
  return text.slice(0, code >= 0xd800 && code < 0xdc00 ? most - 1 : most);
}

/** A JSON value as text: a string as it is, everything else as JSON. */
export function textOf(value) {
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}

/** 1234567 as 1,234,567. */
export function count(number) {
  return number.toLocaleString('en-US');
}

/** A time of the API as a Date. A setting of the service leaves the zone out; it is always UTC. */
export function dateOf(time) {
  return new Date(/[Z+]|-\d\d:\d\d$/.test(time.slice(10)) ? time : `${time}Z`);
}

// Years first, as in the API and in logs; in the zone of whoever looks.
const FULL = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'medium' });
const HOUR = new Intl.DateTimeFormat('sv-SE', { timeStyle: 'short' });

/** A time in the operator's zone. */
export const localTime = time => FULL.format(dateOf(time));

/** The hour of a time in the operator's zone. */
export const localHour = time => HOUR.format(dateOf(time));
