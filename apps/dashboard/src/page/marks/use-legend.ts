import { useEffect } from 'preact/hooks';
import { setQuery, useAddress } from '../address.js';
import { isolate, nameOf } from './linked-rows.js';
import { ENTRIES, PARTS } from './mark-row.js';

/** The series that are shown alone, as the address has them. */
const ONLY = 'only';

/** Makes the entries of a chart's legend buttons that show their series alone; with Shift together with those that are. */
export function useLegend(chart: Element | null): void {
  const only = useAddress().query.getAll(ONLY);
  useEffect(() => {
    if (chart === null) return undefined;
    for (const entry of legendEntries(chart)) {
      entry.setAttribute('role', 'button');
      entry.setAttribute('tabindex', '0');
    }
    const onClick = (event: Event): void => choose(event);
    const onKey = (event: Event): void => {
      if (event instanceof KeyboardEvent && (event.key === 'Enter' || event.key === ' ')) choose(event);
    };
    chart.addEventListener('click', onClick);
    chart.addEventListener('keydown', onKey);
    return () => {
      chart.removeEventListener('click', onClick);
      chart.removeEventListener('keydown', onKey);
    };
  }, [chart]);
  useEffect(() => {
    if (chart !== null) isolate(chart, only);
  }, [chart, only.join('\n')]);
}

function legendEntries(chart: Element): Element[] {
  return [...chart.children].filter((child) => child.matches(PARTS));
}

function choose(event: Event): void {
  const { target } = event;
  const entry = target instanceof Element ? target.closest(ENTRIES) : null;
  if (entry === null) return;
  event.preventDefault();
  const name = nameOf(entry);
  const chosen = new URLSearchParams(window.location.search).getAll(ONLY);
  const others = chosen.filter((other) => other !== name);
  const several = (event as MouseEvent | KeyboardEvent).shiftKey;
  const isAlone = chosen.includes(name) && (several || others.length === 0);
  setQuery({ [ONLY]: isAlone ? (several ? others : null) : several ? [...others, name] : [name] });
}
