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

/** 1 as "1 report", 1234 as "1,234 reports". */
export const many = (number, word, words = `${word}s`) => `${count(number)} ${number === 1 ? word : words}`;

// Years first, as in the API and in logs; in the zone of whoever looks.
const FULL = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'medium' });
const HOUR = new Intl.DateTimeFormat('sv-SE', { timeStyle: 'short' });

/** The operator's zone, by its name. */
export const ZONE = FULL.resolvedOptions().timeZone;

/** A time in the operator's zone. */
export const localTime = time => FULL.format(dateOf(time));

/** The hour of a time in the operator's zone. */
export const localHour = time => HOUR.format(dateOf(time));

/** A sentence of the service with its times in the operator's zone. */
export const inZone = text => text?.replace(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, localTime);

/** How long ago a time is, or how far ahead; as a day from a month on. */
export function relativeTime(time, now = Date.now()) {
  const away = now - dateOf(time).getTime();
  if (Math.abs(away) > 30 * 86_400_000) {
    return localTime(time).slice(0, 10);
  }
  const span = rounded(Math.abs(away));
  return Math.abs(away) < 5000 ? 'just now' : away > 0 ? `${span} ago` : `in ${span}`;
}

/** How long something took: "4 s", "2 min 5 s", "3 h 20 min"; in one unit where one is wanted. */
export function duration(milliseconds, units = 2) {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  const parts = [[Math.floor(seconds / 86_400), 'd'], [Math.floor(seconds / 3600) % 24, 'h'], [Math.floor(seconds / 60) % 60, 'min'], [seconds % 60, 's']];
  const first = parts.findIndex(([number]) => number > 0);
  return first < 0 ? '0 s' : parts.slice(first, first + units).filter(([number]) => number > 0).map(([number, unit]) => `${number} ${unit}`).join(' ');
}

function rounded(milliseconds) {
  const seconds = Math.round(milliseconds / 1000);
  return seconds < 90 ? `${seconds} s` : seconds < 5400 ? `${Math.round(seconds / 60)} min` : seconds < 129_600 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} d`;
}
