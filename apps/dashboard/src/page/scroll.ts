/** What a step of the history holds: how far down the page one was. */
interface Step {
  readonly scroll?: number;
}

/** So long content may take to come before the place is given up. */
const PATIENCE_MS = 10_000;
const SETTLE_MS = 150;

/** Notes in the history how far down one is, before one leaves. */
export function keepScroll(): void {
  window.history.replaceState({ scroll: window.scrollY } satisfies Step, '');
}

/** Brings back the place on the page when one goes back or forward, or loads it anew; ends with the function that it answers. */
export function restoreScrolls(): () => void {
  // The browser would try at once, when nothing is loaded yet.
  window.history.scrollRestoration = 'manual';
  let stop = restore(window.history.state as Step | null);
  let timer = 0;
  const onPop = (event: PopStateEvent): void => {
    stop();
    stop = restore(event.state as Step | null);
  };
  const onScroll = (): void => {
    window.clearTimeout(timer);
    timer = window.setTimeout(keepScroll, SETTLE_MS);
  };
  const onTouch = (): void => stop();
  window.addEventListener('popstate', onPop);
  window.addEventListener('scroll', onScroll);
  for (const event of ['wheel', 'touchstart', 'keydown', 'mousedown'])
    window.addEventListener(event, onTouch, { passive: true });
  return () => {
    stop();
    window.clearTimeout(timer);
    window.removeEventListener('popstate', onPop);
    window.removeEventListener('scroll', onScroll);
    for (const event of ['wheel', 'touchstart', 'keydown', 'mousedown'])
      window.removeEventListener(event, onTouch);
  };
}

/** Goes there as soon as the page is that long, unless somebody moves it first. The top is there at once: nothing is waited for. */
function restore(step: Step | null): () => void {
  const to = step?.scroll ?? 0;
  if (to === 0) {
    window.scrollTo(0, 0);
    return () => undefined;
  }
  const until = performance.now() + PATIENCE_MS;
  let frame = 0;
  const look = (): void => {
    const { scrollHeight, clientHeight } = document.documentElement;
    const isThere = scrollHeight - clientHeight >= to;
    const isLoading = document.querySelector('.loading') !== null;
    if (isThere) window.scrollTo(0, to);
    if ((!isThere || isLoading) && performance.now() < until) frame = requestAnimationFrame(look);
  };
  frame = requestAnimationFrame(look);
  return () => cancelAnimationFrame(frame);
}
