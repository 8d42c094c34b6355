import { useEffect, useState } from 'preact/hooks';
import { setQuery } from '../address.js';
import { useCheckpointNotes } from '../notes/checkpoint-notes.js';
import type { ViewProps } from '../settings.js';
import { Filters, ThresholdSlider } from './filters.js';

/** What is compared with what, and by which threshold. */
export function CompareSides({ a, b, ...props }: ViewProps & { readonly a: string; readonly b: string }) {
  return (
    <Filters>
      <Side name="a" label="A" value={a} {...props} />
      <Side name="b" label="B" value={b} {...props} />
      <button type="button" onClick={() => setQuery({ a: b, b: a })}>
        Swap
      </button>
      <ThresholdSlider {...props} />
    </Filters>
  );
}

interface SideProps extends ViewProps {
  readonly name: string;
  readonly label: string;
  readonly value: string;
}

/** A checkpoint by its label, or a condition on metadata. */
function Side({ name, label, value, sweep, outline }: SideProps) {
  const notes = useCheckpointNotes(sweep);
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const list = `checkpoints-${name}`;
  const { conditions } = outline;
  return (
    <label>
      <span>
        {label}: a checkpoint, or conditions such as {conditions[0] ?? 'seed=1'},step&gt;=128
      </span>
      <input
        type="text"
        list={list}
        value={text}
        size={24}
        onInput={(event) => {
          const next = event.currentTarget.value;
          setText(next);
          if (outline.checkpoints.some((checkpoint) => checkpoint.label === next)) setQuery({ [name]: next });
        }}
        onChange={(event) => setQuery({ [name]: event.currentTarget.value.trim() })}
      />
      <datalist id={list}>
        {conditions.map((condition) => (
          <option key={condition} value={condition} />
        ))}
        {outline.checkpoints.map((checkpoint) => (
          <option key={checkpoint.label} value={checkpoint.label}>
            {notes.get(checkpoint.label)}
          </option>
        ))}
      </datalist>
    </label>
  );
}
