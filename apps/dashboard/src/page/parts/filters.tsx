import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { setQuery } from '../address.js';
import { counted } from '../figures.js';
import { notedName, useCheckpointNotes } from '../notes/checkpoint-notes.js';
import { checkpointOf, chooseLayers, layerOf, type ViewProps } from '../settings.js';
import { sharedFolder } from '../shared-folder.js';

/** A threshold slider has so many places; over more ranks than that they are spaced like a logarithm. */
const PLACES = 200;
/** While it is dragged, views are asked for so often. */
const DRAG_MS = 120;

/** The authors’ code and the paper’s text, as the spec has them. */
const DEFINITIONS = ['code', 'paper'];

/** `label`: what a screen reader says of them; a page has one of each. */
export function Filters({
  label = 'Filters',
  children,
}: {
  readonly label?: string;
  readonly children: ComponentChildren;
}) {
  return (
    <form class="filters" aria-label={label} onSubmit={(event) => event.preventDefault()}>
      {children}
    </form>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly name: string;
  readonly value: string;
  readonly options: readonly string[];
  /** What it is called that none is chosen; left out: one must be. */
  readonly none?: string;
  /** What an option is called, where that is not itself. */
  readonly nameOf?: (option: string) => string;
  /** What choosing does; left out: the address keeps it. */
  readonly choose?: (option: string) => void;
}

/** One of several, kept in the address. */
export function Choice({ label, name, value, options, none, nameOf = String, choose }: ChoiceProps) {
  const set = choose ?? ((option: string) => setQuery({ [name]: option }));
  return (
    <label>
      <span>{label}</span>
      <select value={value} onChange={(event) => set(event.currentTarget.value)}>
        {none !== undefined && <option value="">{none}</option>}
        {options.map((option) => (
          <option key={option} value={option}>
            {nameOf(option)}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Whose H every view of the sweep shows. */
export function DefinitionChoice({ definition }: { readonly definition: string }) {
  return (
    <Filters label="Definition of H">
      <Choice label="H by" name="definition" value={definition} options={DEFINITIONS} />
    </Filters>
  );
}

export function CategoryChoice({ outline, settings }: ViewProps) {
  if (outline.categories.length < 2) return null;
  return (
    <Choice
      label="Category"
      name="category"
      value={settings.category}
      options={outline.categories}
      none="all"
    />
  );
}

/** What H is correlated with over a training. */
export function AgainstChoice({ outline, settings, label }: ViewProps & { readonly label: string }) {
  const { numbers } = outline;
  if (numbers.length === 0) return null;
  const none = numbers.includes('loss') ? 'loss (default)' : 'nothing';
  return <Choice label={label} name="against" value={settings.against} options={numbers} none={none} />;
}

/** An annotated checkpoint has its annotation beside its label; what all share is left out. */
export function CheckpointChoice(props: ViewProps & { readonly none?: string }) {
  const { sweep, outline, settings, none } = props;
  const notes = useCheckpointNotes(sweep);
  const labels = outline.checkpoints.map(({ label }) => label);
  const { length } = sharedFolder(labels);
  return (
    <Choice
      label="Checkpoint"
      name="checkpoint"
      value={none === undefined ? checkpointOf({ outline, settings }) : settings.checkpoint}
      options={labels}
      nameOf={(label) => notedName(label, notes, label.slice(length))}
      {...(none !== undefined && { none })}
    />
  );
}

export function LayerChoice({
  outline,
  settings,
  none,
  choose = (layer) => chooseLayers([layer]),
}: ViewProps & Pick<ChoiceProps, 'none' | 'choose'>) {
  const { layers } = settings;
  const isOne = layers.length < 2;
  const value = none === undefined ? layerOf({ outline, settings }) : isOne ? settings.layer : '';
  return (
    <Choice
      label="Layer"
      name="layer"
      value={value}
      options={outline.layers}
      choose={choose}
      {...(none !== undefined && { none: isOne ? none : counted(layers.length, 'layer') })}
    />
  );
}

/** Restates the statistics with another threshold; no birth is computed again. */
export function ThresholdSlider({ outline, settings }: ViewProps) {
  const chosen = settings.threshold === '' ? outline.threshold : Number(settings.threshold);
  const [dragged, setDragged] = useState<number | null>(null);
  const shown = dragged ?? chosen;
  useEffect(() => {
    if (dragged === null) return undefined;
    const timer = window.setTimeout(() => {
      setQuery({ threshold: dragged === outline.threshold ? null : dragged }, { replace: true });
      setDragged(null);
    }, DRAG_MS);
    return () => window.clearTimeout(timer);
  }, [dragged]);
  const most = Math.max(outline.mostRanks, outline.threshold, 1);
  return (
    <label class="slider">
      <span>
        Threshold <output>{shown}</output>
        {chosen !== outline.threshold && (
          <button type="button" class="quiet" onClick={() => setQuery({ threshold: null })}>
            back to {outline.threshold}
          </button>
        )}
      </span>
      <input
        type="range"
        aria-label="Threshold: the largest birth index that counts"
        aria-valuetext={String(shown)}
        min={0}
        max={Math.min(PLACES, most)}
        value={placeOf(shown, most)}
        onInput={(event) => setDragged(thresholdAt(Number(event.currentTarget.value), most))}
      />
    </label>
  );
}

/** Place 0 is threshold 1; the last is the most. */
function thresholdAt(place: number, most: number): number {
  if (most <= PLACES) return Math.max(1, place);
  return Math.round(most ** (place / PLACES));
}

function placeOf(threshold: number, most: number): number {
  if (most <= PLACES) return threshold;
  return Math.round((Math.log(Math.max(1, threshold)) / Math.log(most)) * PLACES);
}
