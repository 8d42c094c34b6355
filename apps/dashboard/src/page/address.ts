import { useEffect, useState } from 'preact/hooks';
import { keepScroll } from './scroll.js';

/** Where the page is: every view has an address of its own, its settings in the query. */
export interface Address {
  /** Decoded. */
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
}

const CHANGED = 'unitscope:address';

function current(): Address {
  const { pathname, search } = window.location;
  const segments = pathname
    .split('/')
    .filter((part) => part !== '')
    .map(decoded);
  return { segments, query: new URLSearchParams(search) };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export function useAddress(): Address {
  const [address, setAddress] = useState(current);
  useEffect(() => {
    const update = (): void => setAddress(current());
    window.addEventListener('popstate', update);
    window.addEventListener(CHANGED, update);
    return () => {
      window.removeEventListener('popstate', update);
      window.removeEventListener(CHANGED, update);
    };
  }, []);
  return address;
}

/** Goes to an address of this page; `replace`: without a step in the history, for what changes while it is dragged. */
export function navigate(to: string, { replace = false } = {}): void {
  if (to === window.location.pathname + window.location.search) return;
  if (replace) window.history.replaceState(window.history.state, '', to);
  else {
    keepScroll();
    window.history.pushState(null, '', to);
  }
  window.dispatchEvent(new Event(CHANGED));
}

/** An address below `/sweeps`, with the query's values that are set. */
export function sweepPath(
  sweep: string,
  view = '',
  query: Readonly<Record<string, string | number | null | undefined>> = {},
): string {
  const path = `/sweeps/${encodeURIComponent(sweep)}${view === '' ? '' : `/${view}`}`;
  return path + queryText(query);
}

export function queryText(query: Readonly<Record<string, string | number | null | undefined>>): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== '') parameters.set(name, String(value));
  }
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}

/** Sets or clears values of this view's query; a list stands there once for each. */
export function setQuery(
  changes: Readonly<Record<string, string | number | readonly string[] | null>>,
  options: { replace?: boolean } = {},
): void {
  const query = new URLSearchParams(window.location.search);
  for (const [name, value] of Object.entries(changes)) {
    query.delete(name);
    for (const one of Array.isArray(value) ? (value as readonly string[]) : [value])
      if (one !== null && one !== '') query.append(name, String(one));
  }
  const text = query.toString();
  navigate(window.location.pathname + (text === '' ? '' : `?${text}`), options);
}

/** The address that is shown, without some of its parameters. */
export function addressWithout(names: readonly string[]): string {
  const query = new URLSearchParams(window.location.search);
  for (const name of names) query.delete(name);
  const text = query.toString();
  return window.location.pathname + (text === '' ? '' : `?${text}`);
}

/** Links of this page are followed without loading it anew. */
export function followLinks(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0) return;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = event.target instanceof Element ? event.target.closest('a') : null;
  if (link === null || link.origin !== window.location.origin) return;
  if (
    link.hasAttribute('download') ||
    link.target !== '' ||
    link.getAttribute('href')?.startsWith('#') === true
  ) {
    return;
  }
  event.preventDefault();
  navigate(link.pathname + link.search);
  window.scrollTo(0, 0);
  document.querySelector<HTMLElement>('main')?.focus({ preventScroll: true });
}
