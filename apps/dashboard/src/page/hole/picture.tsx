import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { svgElement } from '../parts/chart-figure.js';

interface PictureProps {
  readonly title: string;
  readonly note: string;
  readonly tool?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** One of the pictures of a hole, its title above and what its marks are below. */
export function Picture({ title, note, tool, children }: PictureProps) {
  return (
    <figure>
      <figcaption>
        {title} {tool}
      </figcaption>
      {children}
      <p class="note">{note}</p>
    </figure>
  );
}

interface MarksProps {
  readonly class: string;
  readonly view: string;
  /** SVG of this page's own drawings: numbers alone. */
  readonly marks: string;
  readonly label: string;
}

/** A drawing that strings of SVG make. */
export function Marks({ class: name, view, marks, label }: MarksProps) {
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => {
    frame.current?.replaceChildren(
      svgElement(
        `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${view}" role="img" aria-label="${label}" font-family="Helvetica, Arial, sans-serif">${marks}</svg>`,
      ),
    );
  }, [marks, view, label]);
  return <div ref={frame} class={name} />;
}
