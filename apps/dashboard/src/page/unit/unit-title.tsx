import type { UnitCard } from '@unitscope/dashboard';
import { useEffect, useState } from 'preact/hooks';
import { setQuery, useAddress } from '../address.js';

type Order = keyof UnitCard['orders'];
const ORDERS: Readonly<Record<Order, string>> = {
  number: 'by number',
  rank: 'by importance',
  entropy: 'by H, lowest first',
};

interface Props {
  readonly card: UnitCard;
  /** The one that is asked for; while it loads the card is still of another of the layer. */
  readonly unit: number;
}

/** Which unit it is, and the way to the ones before and after it: also by the keys k and j. */
export function UnitTitle({ card, unit }: Props) {
  const asked = useAddress().query.get('by') ?? '';
  const by: Order = asked === 'rank' || asked === 'entropy' ? asked : 'number';
  const order = card.orders[by];
  const place = order.indexOf(unit);
  const go = (to: number | undefined): void => {
    if (to !== undefined) setQuery({ unit: to, at: null });
  };
  const [before, after] = [order[place - 1], order[place + 1]];
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.altKey || event.ctrlKey || event.metaKey || isTyping(event.target)) return;
      if (event.key !== 'j' && event.key !== 'k') return;
      // From the address: keys come faster than the page is drawn.
      const here = new URLSearchParams(window.location.search).get('unit');
      go(order[order.indexOf(here === null ? unit : Number(here)) + (event.key === 'j' ? 1 : -1)]);
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [order, unit]);
  return (
    <div class="unit-title">
      <h2>
        Unit {unit} <span class="of">of {card.layer}</span>
      </h2>
      <div class="unit-steps" role="group" aria-label="Other units">
        <button
          type="button"
          disabled={before === undefined}
          onClick={() => go(before)}
          aria-keyshortcuts="k"
        >
          <span aria-hidden="true">‹ </span>previous <kbd aria-hidden="true">k</kbd>
        </button>
        <UnitNumber value={String(unit)} units={card.units} />
        <button type="button" disabled={after === undefined} onClick={() => go(after)} aria-keyshortcuts="j">
          next <kbd aria-hidden="true">j</kbd>
          <span aria-hidden="true"> ›</span>
        </button>
        <select
          aria-label="Order of the units"
          value={by}
          onChange={(event) =>
            setQuery({ by: event.currentTarget.value === 'number' ? null : event.currentTarget.value })
          }
        >
          {Object.entries(ORDERS).map(([name, words]) => (
            <option key={name} value={name}>
              {words}
            </option>
          ))}
        </select>
      </div>
    </div>
  );
}

/** Whether a key is meant for what is written. */
export function isTyping(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return target.type !== 'range' && target.type !== 'checkbox';
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

function UnitNumber({ value, units }: { readonly value: string; readonly units: number }) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  return (
    <label class="unit-number">
      <span class="visually-hidden">Unit</span>
      <input
        type="number"
        min={0}
        step={1}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
        onChange={(event) => {
          const next = event.currentTarget.valueAsNumber;
          if (Number.isInteger(next) && next >= 0) setQuery({ unit: next, at: null });
        }}
      />
      <span class="note">of {units}</span>
    </label>
  );
}
