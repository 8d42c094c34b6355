import { useEffect, useRef } from 'preact/hooks';

/**
 * Puts the focus on the heading of the view that one has gone to, as a browser does that loads a page: what had it is mostly gone with
 * the view before.
 */
export function useHeadingFocus(path: string): void {
  const before = useRef(path);
  useEffect(() => {
    if (before.current === path) return;
    before.current = path;
    const heading = document.querySelector<HTMLElement>('main h1');
    if (heading === null) return;
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  }, [path]);
}
