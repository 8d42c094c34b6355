import { CURVE_LEFT, CURVE_RIGHT, curveMarks, edgesAt } from '@unitscope/plots';
import { useEffect, useRef, useState } from 'preact/hooks';
import { svgElement } from '../parts/chart-figure.js';
import { colorsOf, useTheme } from '../theme.js';
import type { HoleModel } from './hole-model.js';

const HEIGHT = 130;

interface Props {
  readonly model: HoleModel;
  readonly curve: Uint32Array;
  readonly index: number;
  /** The last index that is drawn, and the last there is. */
  readonly end: number;
  readonly last: number;
  readonly birth: number;
  readonly whole: boolean;
  readonly onWhole: () => void;
  readonly go: (index: number) => void;
}

/** The β₁ curve, and under it the place in the filtration: dragged, clicked, or by the keys of a slider. */
export function CurveScrubber(props: Props) {
  const { curve, index, end, birth, go, model } = props;
  const holes =
    curve.length === 0 ? ', β₁ is being computed' : `, β₁ ${curve[Math.min(index, curve.length - 1)] ?? 0}`;
  return (
    <div class="scrubber">
      <Curve {...props} />
      <input
        type="range"
        aria-label="Filtration index"
        aria-valuetext={`index ${index}, ${edgesAt(model.hole, index)} edges${holes}${index === birth ? ', the birth' : ''}`}
        min={0}
        max={end}
        step={1}
        value={Math.min(index, end)}
        style={{
          marginLeft: `${CURVE_LEFT - 8}px`,
          width: `calc(100% - ${CURVE_LEFT + CURVE_RIGHT - 16}px)`,
        }}
        onInput={(event) => go(Number(event.currentTarget.value))}
      />
      <ScrubButtons {...props} holes={holes} />
    </div>
  );
}

function ScrubButtons({
  model: { hole },
  index,
  end,
  last,
  birth,
  whole,
  onWhole,
  go,
  holes,
}: Props & { readonly holes: string }) {
  return (
    <div class="scrub-buttons row">
      <button type="button" disabled={index === 0} onClick={() => go(index - 1)}>
        ‹ edge
      </button>
      <button type="button" disabled={index >= end} onClick={() => go(index + 1)}>
        edge ›
      </button>
      <button type="button" disabled={index === birth} onClick={() => go(birth)}>
        birth
      </button>
      <span class="note figures">
        index {index} · {edgesAt(hole, index).toLocaleString('en')} edges
        {holes}
      </span>
      <span class="spacer" />
      {last > end || whole ? (
        <button type="button" class="quiet" onClick={onWhole}>
          {whole ? 'around the birth' : `the whole filtration, to ${last.toLocaleString('en')}`}
        </button>
      ) : null}
    </div>
  );
}

function Curve({ model: { hole }, curve, index, end, birth, go }: Props) {
  const theme = colorsOf(useTheme());
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  useEffect(() => {
    if (width === 0) return;
    const marks = curveMarks(curve, hole, Math.min(index, end), { width, height: HEIGHT, end, theme });
    const words =
      curve.length === 0 ? 'β₁ is being computed' : `β₁ over the filtration, birth at index ${birth}`;
    frame.current?.replaceChildren(
      svgElement(
        `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${HEIGHT}" viewBox="0 0 ${width} ${HEIGHT}" role="img" aria-label="${words}" font-family="Helvetica, Arial, sans-serif">${marks}</svg>`,
      ),
    );
  }, [curve, hole, index, end, theme, width]);
  const onPointer = (event: PointerEvent): void => {
    if (event.buttons === 0) return;
    const { left } = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const share = (event.clientX - left - CURVE_LEFT) / Math.max(1, width - CURVE_LEFT - CURVE_RIGHT);
    go(Math.round(Math.min(1, Math.max(0, share)) * end));
  };
  return <div ref={frame} class="curve" onPointerDown={onPointer} onPointerMove={onPointer} />;
}

function useWidth(frame: { current: HTMLDivElement | null }): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = frame.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined) setWidth(Math.floor(entry.contentRect.width));
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return width;
}
