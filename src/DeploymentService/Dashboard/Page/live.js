// What happens in the project, told to the views: at most once a second, however much happens, and not while the operator has paused.

import { useEffect, useState } from './vendor/htm-preact-standalone.js';
import { EventStream } from './stream.js';

const EVERY = 1000;
// Servers go silent without an event, and clocks move on: everything is looked at again this often.
const REFRESH = 30_000;
// More than this at once concerns every view; they need not be told one by one.
const MOST = 1000;

export class Live {
  /** `connecting`, `live`, `lost` or `refused`. */
  state = 'connecting';
  isPaused = false;
  /** How many events came since the pause. */
  missed = 0;
  #failing = new Set();
  #happened = [];
  #isEverything = false;
  #timer = null;
  #told = 0;
  #views = new Set();
  #watchers = new Set();
  #stream;
  #refresh;
  #look = () => (document.hidden ? this.#stream.stop() : this.#stream.start());

  constructor(api) {
    this.#stream = new EventStream(api, {
      // Without a place to go on from, something may have happened between the views' first look and this.
      // And whatever could not be loaded while the service was away can be now.
      begun: isResumed => this.#become('live', !isResumed || this.#failing.size > 0),
      event: (_, data) => this.#take(data),
      gap: () => this.#takeEverything(),
      lost: () => this.#become('lost'),
      refused: () => this.#become('refused'),
    });
  }

  /** A tab that nobody sees gives its connection back, for browsers have few of them, and goes on where it was when it is looked at. */
  start() {
    document.addEventListener('visibilitychange', this.#look);
    this.#refresh = setInterval(() => document.hidden || this.#takeEverything(), REFRESH);
    this.#look();
  }

  stop() {
    document.removeEventListener('visibilitychange', this.#look);
    clearInterval(this.#refresh);
    clearTimeout(this.#timer);
    this.#stream.stop();
  }

  pause() {
    this.isPaused = true;
    this.#changed();
  }

  resume() {
    this.isPaused = false;
    this.missed = 0;
    this.#takeEverything();
    this.#changed();
  }

  /** True while something that is shown could not be loaded, though the stream is there. */
  get isBehind() {
    return this.state === 'live' && this.#failing.size > 0;
  }

  /** Notes whether what `view` shows could not be loaded. */
  note(view, isFailing) {
    if (this.#failing.has(view) !== isFailing) {
      this.#failing[isFailing ? 'add' : 'delete'](view);
      this.#changed();
    }
  }

  /** Calls with what happened, or with null when everything may have changed. Returns how to end that. */
  subscribe(view) {
    this.#views.add(view);
    return () => this.#views.delete(view);
  }

  /** Calls when the state of the connection or of the pause has changed. */
  watch(watcher) {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  #take(event) {
    this.missed += this.isPaused ? 1 : 0;
    if (this.#happened.length < MOST) {
      this.#happened.push(event);
    } else {
      this.#isEverything = true;
    }
    this.#tellSoon();
  }

  #takeEverything() {
    this.#isEverything = true;
    this.#tellSoon();
  }

  #tellSoon() {
    this.#timer ??= setTimeout(() => this.#tell(), Math.max(0, this.#told + EVERY - performance.now()));
  }

  #tell() {
    this.#timer = null;
    this.#told = performance.now();
    if (this.isPaused) {
      this.#changed();
      return;
    }
    const happened = this.#isEverything ? null : this.#happened;
    this.#happened = [];
    this.#isEverything = false;
    this.#views.forEach(view => view(happened));
  }

  #become(state, isAnew = false) {
    if (this.state !== state) {
      this.state = state;
      this.#changed();
    }
    if (isAnew) {
      this.#takeEverything();
    }
  }

  #changed() {
    this.#watchers.forEach(watcher => watcher());
  }
}

/** Draws a view anew when the state of the connection or of the pause has changed. */
export function useLiveState(live) {
  const [, draw] = useState(0);
  useEffect(() => live.watch(() => draw(count => count + 1)), [live]);
  return live;
}
