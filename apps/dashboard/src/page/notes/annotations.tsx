import type { Annotation } from '@unitscope/dashboard';
import { useState } from 'preact/hooks';
import { sweepPath } from '../address.js';
import { LineForm } from './line-form.js';
import { Refused } from './refused.js';
import { useAttempt, useNotes, type SweepNotes } from './use-notes.js';

interface Place {
  readonly checkpoint: string;
  readonly layer: string;
  readonly unit: number;
}

/** What people wrote of a unit and of the checkpoint that is shown, and a line to write more. */
export function UnitAnnotations({ sweep, ...place }: Place & { readonly sweep: string }) {
  const notes = useNotes(sweep);
  const [of, setOf] = useState<'unit' | 'unit-here' | 'checkpoint'>('unit');
  const { refused, busy, attempt } = useAttempt();
  const shown = (notes.data?.annotations ?? []).filter((one) => isOf(one, place));
  const { checkpoint, layer, unit } = place;
  const add = (text: string): Promise<boolean> => {
    const where = of === 'checkpoint' ? { layer: null, unit: null } : { layer, unit };
    const at = of === 'unit' ? null : checkpoint;
    return attempt(() => notes.change({ kind: 'annotate', checkpoint: at, ...where, text }));
  };
  return (
    <section class="annotations" aria-label="Annotations of the unit">
      <h2>Annotations</h2>
      <AnnotationList sweep={sweep} notes={notes} annotations={shown} />
      <LineForm
        place={`annotation of ${JSON.stringify([sweep, layer, unit])}`}
        label="Annotation"
        most={2000}
        button="Annotate"
        busy={busy}
        take={add}
      >
        <select
          aria-label="What the annotation is of"
          value={of}
          onChange={(event) => setOf(event.currentTarget.value as typeof of)}
        >
          <option value="unit">this unit, at all checkpoints</option>
          <option value="unit-here">this unit at {checkpoint}</option>
          <option value="checkpoint">the checkpoint {checkpoint}</option>
        </select>
      </LineForm>
      <Refused text={refused} />
    </section>
  );
}

function isOf(one: Annotation, { checkpoint, layer, unit }: Place): boolean {
  const isHere = one.checkpoint === null || one.checkpoint === checkpoint;
  return isHere && (one.unit === null || (one.unit === unit && one.layer === layer));
}

interface ListProps {
  readonly sweep: string;
  readonly notes: SweepNotes;
  readonly annotations: readonly Annotation[];
}

/** Annotations, each with what it is of. */
export function AnnotationList({ sweep, notes, annotations }: ListProps) {
  const { refused, busy, attempt } = useAttempt();
  if (annotations.length === 0) return null;
  return (
    <>
      <ul class="annotation-list">
        {annotations.map(({ id, checkpoint, layer, unit, text, written }) => (
          <li key={id}>
            <a href={sweepPath(sweep, unit === null ? '' : 'unit', { layer, unit, checkpoint })}>
              {placeWords(checkpoint, layer, unit)}
            </a>
            : {text} <span class="note">{written.slice(0, 10)}</span>
            <button
              type="button"
              class="quiet"
              disabled={busy}
              onClick={() => void attempt(() => notes.change({ kind: 'delete-annotation', id }))}
            >
              Delete<span class="visually-hidden"> the annotation {text}</span>
            </button>
          </li>
        ))}
      </ul>
      <Refused text={refused} />
    </>
  );
}

function placeWords(checkpoint: string | null, layer: string | null, unit: number | null): string {
  if (unit === null) return `checkpoint ${checkpoint ?? ''}`;
  const at = checkpoint === null ? '' : ` at ${checkpoint}`;
  return `unit ${unit} of ${layer ?? ''}${at}`;
}
