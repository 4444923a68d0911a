// Follows the project's events. The browser's own EventSource cannot send a token in a header, so the stream is read by fetch.

const FIRST_WAIT = 500;
const LONGEST_WAIT = 10_000;
// The service says something every 15 seconds: after three times that nobody is there any more.
const SILENCE = 45_000;

export class EventStream {
  #api;
  #heard;
  #lastId = null;
  #stop = null;

  /**
   * `heard` has a function for each thing that can be heard: `begun(isResumed)`, `event(kind, data)`, `gap()`, `lost()`, and `refused(error)`, after
   * which the stream has ended for good.
   */
  constructor(api, heard) {
    this.#api = api;
    this.#heard = heard;
  }

  start() {
    if (!this.#stop) {
      this.#stop = new AbortController();
      this.#follow(this.#stop.signal);
    }
  }

  /** Ends the connection. A later start goes on behind the last event. */
  stop() {
    this.#stop?.abort();
    this.#stop = null;
  }

  async #follow(stop) {
    for (let wait = FIRST_WAIT; !stop.aborted; wait = Math.min(wait * 2, LONGEST_WAIT)) {
      const isResumed = this.#lastId !== null;
      try {
        await this.#read(stop, () => {
          wait = FIRST_WAIT;
          this.#heard.begun(isResumed);
        });
      } catch (error) {
        if ([401, 403, 404].includes(error.status)) {
          this.#heard.refused(error);
          return;
        }
      }
      if (!stop.aborted) {
        this.#heard.lost();
        await pause(wait * (0.5 + Math.random() / 2), stop);
      }
    }
  }

  async #read(stop, begun) {
    const watch = new AbortController();
    const silence = new Watchdog(SILENCE, () => watch.abort());
    try {
      const response = await fetch(this.#api.urlOf('events'), {
        headers: this.#api.headers(this.#lastId === null ? {} : { 'Last-Event-ID': this.#lastId }),
        cache: 'no-store',
        signal: AbortSignal.any([stop, watch.signal]),
      });
      if (!response.ok) {
        throw await this.#api.refusal(response.status, await response.text());
      }
      const blocks = new Blocks(block => this.#take(block));
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      for (let isFirst = true; ; isFirst = false) {
        const { done, value } = await reader.read();
        if (done) {
          return;
        }
        silence.feed();
        if (isFirst) {
          begun();
        }
        blocks.push(value);
      }
    } finally {
      silence.end();
    }
  }

  #take({ id, event, data }) {
    if (id !== undefined) {
      this.#lastId = id;
    }
    if (event === 'gap') {
      this.#heard.gap();
    } else if (data !== undefined) {
      this.#heard.event(event, JSON.parse(data));
    }
  }
}

/** Cuts the text of a stream into its blocks, in whatever pieces it comes. */
export class Blocks {
  #take;
  #rest = '';
  #block = {};

  constructor(take) {
    this.#take = take;
  }

  push(text) {
    const lines = (this.#rest + text).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop();
    lines.forEach(line => this.#line(line));
  }

  #line(line) {
    if (line === '') {
      const block = this.#block;
      this.#block = {};
      if (Object.keys(block).length) {
        this.#take(block);
      }
      return;
    }
    const colon = line.indexOf(':');
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === 'data') {
      this.#block.data = this.#block.data === undefined ? value : `${this.#block.data}\n${value}`;
    } else if (name === 'id' || name === 'event') {
      this.#block[name] = value;
    }
  }
}

/** Calls when it was not fed for a while. */
class Watchdog {
  #timer;

  constructor(time, call) {
    this.feed = () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(call, time);
    };
    this.feed();
  }

  end() {
    clearTimeout(this.#timer);
  }
}

/** Waits; the network coming back or the end of the stream cuts it short. */
function pause(time, stop) {
  return new Promise(resolve => {
    const end = () => {
      clearTimeout(timer);
      removeEventListener('online', end);
      stop.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, time);
    addEventListener('online', end);
    stop.addEventListener('abort', end);
  });
}
