// What a view shows of the API: loaded when the view begins or looks at something else, and again when something happened.

import { createContext, useContext, useEffect, useRef, useState } from './vendor/htm-preact-standalone.js';

// How soon what failed is tried again, and how seldom at last.
const FIRST_WAIT = 1000;
const LONGEST_WAIT = 10_000;
// So many answers are kept for whoever goes back.
const KEPT = 30;

/** What all views share: `api`, `live`, `caller`, `project`, `kept`, and `say(sentence)` for what a screen reader should read out. */
export const Board = createContext(null);

export const useBoard = () => useContext(Board);

/**
 * Loads by `load(signal)`, anew when `key` is another. `concerns(event)` says which events make it load again. While it does, what was there
 * stays; `isStale` is true of what belongs to the key before. There is one request at a time: what happens during it is one more behind it.
 * What the service could not answer is asked again soon. With a name in `keep`, who comes back to a key sees at once what was there.
 */
export function useResource(key, load, concerns = () => true, keep = null) {
  const { api, live, kept } = useBoard();
  const name = keep && `${keep} ${key}`;
  const [state, setState] = useState({ key: null, data: undefined, error: null });
  const latest = useRef();
  latest.current = { load, concerns };
  const refresh = useRef(() => {});

  useEffect(() => {
    const end = new AbortController();
    const view = {};
    let isRunning = false;
    let isAsked = false;
    let timer = null;
    let wait = FIRST_WAIT;
    const run = async () => {
      isAsked = true;
      clearTimeout(timer);
      if (isRunning) {
        return;
      }
      isRunning = true;
      while (isAsked && !end.signal.aborted) {
        isAsked = false;
        try {
          const data = await latest.current.load(end.signal);
          if (!end.signal.aborted) {
            wait = FIRST_WAIT;
            keepAnswer(kept, name, data);
            live.note(view, false);
            setState({ key, data, error: null });
          }
        } catch (error) {
          if (!end.signal.aborted) {
            const isTemporary = !(error.status > 0 && error.status < 500) || error.status === 429;
            live.note(view, isTemporary);
            setState(before => ({ key, data: before.key === key ? before.data : kept.get(name), error }));
            if (isTemporary) {
              timer = setTimeout(run, wait);
              wait = Math.min(2 * wait, LONGEST_WAIT);
            }
          }
        }
      }
      isRunning = false;
    };
    refresh.current = run;
    run();
    const leave = live.subscribe(happened => (happened === null || happened.some(event => latest.current.concerns(event))) && run());
    return () => {
      end.abort();
      clearTimeout(timer);
      live.note(view, false);
      leave();
    };
  }, [key, api]);

  const shown = state.key !== key && kept.has(name) ? { key, data: kept.get(name), error: null } : state;
  return { data: shown.data, error: shown.error, isStale: shown.key !== key, reload: () => refresh.current() };
}

function keepAnswer(kept, name, data) {
  if (name !== null) {
    kept.delete(name);
    kept.set(name, data);
    if (kept.size > KEPT) {
      kept.delete(kept.keys().next().value);
    }
  }
}
