// The public API with the operator's token: whatever the board shows or does goes through here, or through the stream.

const PATIENCE = 30_000;

/** What the API refused, or why it could not be asked. `status` is 0 where no answer came. */
export class ApiError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

export class Api {
  /** `token` is empty where the service asks for none. `onUnauthorized` hears of a token that is no longer good. */
  constructor(project, token, onUnauthorized = () => {}) {
    this.project = project;
    this.token = token;
    this.onUnauthorized = onUnauthorized;
  }

  /** The address of a path below the project. The page is beside `v1`, behind a proxy's prefix too. */
  urlOf(path) {
    return new URL(`v1/${encodeURIComponent(this.project)}/${path}`, document.baseURI);
  }

  headers(more = {}) {
    // Says that a page asks: to others a 401 offers Basic, at which the browser would open a dialogue of its own.
    const own = { 'X-Requested-With': 'dashboard', ...more };
    return this.token ? { 'X-Auth-Token': this.token, ...own } : own;
  }

  /** The body of the answer as JSON, null where it has none, and its entity tag. Throws an ApiError. */
  async send(method, path, { body, ifMatch, signal, headers: more } = {}) {
    const headers = this.headers(more);
    if (body !== undefined) {
      headers['Content-Type'] = 'application/json';
    }
    if (ifMatch) {
      headers['If-Match'] = ifMatch;
    }
    const patience = AbortSignal.timeout(PATIENCE);
    const response = await this.#fetch(path, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      cache: 'no-store',
      signal: signal ? AbortSignal.any([signal, patience]) : patience,
    });
    const text = await response.text().catch(() => { throw notReached(); });
    if (!response.ok) {
      throw await this.refusal(response.status, text);
    }
    return { json: text ? parseExactly(text) : null, etag: response.headers.get('ETag') };
  }

  async get(path, signal) {
    return (await this.send('GET', path, { signal })).json;
  }

  /** The error that an answer stands for; a token that is not good is told on. */
  async refusal(status, text) {
    if (status === 401) {
      this.onUnauthorized();
    }
    return new ApiError(status, messageOf(text) ?? `The service answered ${status}.`);
  }

  async #fetch(path, options) {
    try {
      return await fetch(this.urlOf(path), options);
    } catch (error) {
      throw error.name === 'AbortError' ? error : notReached();
    }
  }
}

/** A new Idempotency-Key: what is sent again with it is done once. */
export function newKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map(byte => byte.toString(16).padStart(2, '0')).join('');
}

function notReached() {
  return new ApiError(0, 'The service cannot be reached. The board tries again by itself.');
}

function messageOf(text) {
  try {
    return JSON.parse(text).error.message;
  } catch {
    return null;
  }
}

/** JSON whose numbers are shown as they were sent: 1.0 stays 1.0, and long ones keep their digits. */
function parseExactly(text) {
  return JSON.parse(text, (_, value, context) =>
    typeof value === 'number' && context && JSON.rawJSON && String(value) !== context.source ? JSON.rawJSON(context.source) : value);
}
