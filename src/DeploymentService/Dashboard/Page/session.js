// Who is signed in: for this tab, until it is closed. Never in an address, never on the disk.

const KEY = 'board';

export function load() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY));
  } catch {
    return null;
  }
}

export function save(project, token) {
  sessionStorage.setItem(KEY, JSON.stringify({ project, token }));
}

export function clear() {
  sessionStorage.removeItem(KEY);
}
