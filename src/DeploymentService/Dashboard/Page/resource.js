// What a view shows of the API: loaded when the view begins or looks at something else, and again when something happened.

import { createContext, useContext, useEffect, useRef, useState } from './vendor/htm-preact-standalone.js';

/** What all views share: `api`, `live`, `caller`, `project`, and `say(sentence)` for what a screen reader should read out. */
export const Board = createContext(null);

export const useBoard = () => useContext(Board);

/**
 * Loads by `load(signal)`, anew when `key` is another. `concerns(event)` says which events make it load again. While it does, what was there
 * stays; `isStale` is true of what belongs to the key before. There is one request at a time: what happens during it is one more behind it.
 */
export function useResource(key, load, concerns = () => true) {
  const { api, live } = useBoard();
  const [state, setState] = useState({ key: null, data: undefined, error: null });
  const latest = useRef();
  latest.current = { load, concerns };
  const refresh = useRef(() => {});

  useEffect(() => {
    const end = new AbortController();
    let isRunning = false;
    let isAsked = false;
    const run = async () => {
      isAsked = true;
      if (isRunning) {
        return;
      }
      isRunning = true;
      while (isAsked && !end.signal.aborted) {
        isAsked = false;
        try {
          const data = await latest.current.load(end.signal);
          end.signal.aborted || setState({ key, data, error: null });
        } catch (error) {
          end.signal.aborted || setState(before => ({ key, data: before.key === key ? before.data : undefined, error }));
        }
      }
      isRunning = false;
    };
    refresh.current = run;
    run();
    const leave = live.subscribe(happened => (happened === null || happened.some(event => latest.current.concerns(event))) && run());
    return () => {
      end.abort();
      leave();
    };
  }, [key, api]);

  return { data: state.data, error: state.error, isStale: state.key !== key, reload: () => refresh.current() };
}
