// Out of the page: to the clipboard, to a file, to a command line.

/** Copies text. Where the page did not come by a secure connection the browser has only the old way. */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

/** Saves text as a file. */
export function download(name, text) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'text/plain;charset=utf-8' }));
  link.download = name.replace(/[^\w.-]+/g, '_');
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** The request as a command line, with $TOKEN in the place of the token. */
export function curl(api, method, path, body) {
  const words = ['curl -s'];
  if (method !== 'GET') {
    words.push(`-X ${method}`);
  }
  if (api.token) {
    words.push('-H "X-Auth-Token: $TOKEN"');
  }
  if (body !== undefined) {
    words.push("-H 'Content-Type: application/json'", '-d', quoted(JSON.stringify(body)));
  }
  return [...words, quoted(api.urlOf(path).href)].join(' ');
}

function quoted(text) {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

function copyBySelection(text) {
  const area = document.createElement('textarea');
  area.value = text;
  // Inside an open dialog nothing else can be selected.
  const place = document.querySelector('dialog[open]') ?? document.body;
  const before = document.activeElement;
  place.append(area);
  area.select();
  const isCopied = document.execCommand('copy');
  area.remove();
  before?.focus();
  return isCopied;
}
