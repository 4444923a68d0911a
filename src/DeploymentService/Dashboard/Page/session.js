// Who is signed in: for this tab, until it is closed. Never in an address, never on the disk. A tab that is opened from a signed-in one asks the
// others of this browser who is, and gets it by word of mouth; signing out ends all of them.

const KEY = 'board';
// Tabs answer at once, or not at all.
const PATIENCE = 250;

// Of the boards of this address only: a host may have several.
const channel = new BroadcastChannel(`board ${new URL('.', document.baseURI).pathname}`);

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

/** Who is signed in to a project in another tab, or to any where none is named; null when nobody says so. */
export function handedOver(project) {
  return new Promise(resolve => {
    const end = answer => {
      clearTimeout(timer);
      channel.removeEventListener('message', hear);
      resolve(answer);
    };
    const timer = setTimeout(() => end(null), PATIENCE);
    // All tabs hear every answer: one to somebody else may be of another project.
    const hear = ({ data }) => data.signedIn && (project === '' || data.signedIn.project === project) && end(data.signedIn);
    channel.addEventListener('message', hear);
    channel.postMessage({ ask: project });
  });
}

/** Tells tabs that ask who is signed in, and hears of a sign-out elsewhere. Returns how to end that. */
export function share(signedIn, onEnd) {
  const hear = ({ data }) => {
    if (data.ask === '' || data.ask === signedIn.project) {
      channel.postMessage({ signedIn });
    }
    if (data.end === signedIn.token) {
      onEnd();
    }
  };
  channel.addEventListener('message', hear);
  return () => channel.removeEventListener('message', hear);
}

/** Ends the session in all other tabs that have it. */
export function endElsewhere(token) {
  channel.postMessage({ end: token });
}
