import type { UnitCard } from '@unitscope/dashboard';
import { counted, figure } from '../figures.js';

const [WIDTH, HEIGHT] = [280, 110];
const [LEFT, RIGHT, TOP, BOTTOM] = [30, 6, 8, 20];
const MOST_BINS = 56;
/** The tail of noise that is drawn no more. */
const TAIL = 0.01;
/** A smaller share of noise is a line on the axis: words say so. */
const FEW = 0.02;

interface Bin {
  readonly from: number;
  /** Its last index. */
  readonly to: number;
  readonly images: number;
  readonly noise: number;
  readonly counts: boolean;
}

/** How many images have each birth index, and how many of as many maps of noise would. */
export function BirthsHistogram({ card }: { readonly card: UnitCard }) {
  const bins = binsOf(card);
  const most = Math.max(1, ...bins.map(({ images, noise }) => Math.max(images, noise)));
  const step = (WIDTH - LEFT - RIGHT) / Math.max(1, bins.length);
  const y = (value: number): number => TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / most);
  const outline = bins
    .map(({ noise }, i) => `${i === 0 ? 'M' : 'L'}${LEFT + i * step},${y(noise)}H${LEFT + (i + 1) * step}`)
    .join('');
  const last = bins.at(-1)?.to ?? 0;
  const words = wordsOf(card, bins, last);
  return (
    <figure class="small-chart" data-chart="births-beside-noise">
      <figcaption>
        Births <span class="key births">images</span> <span class="key noise">noise</span>
      </figcaption>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={`Births of the unit and of noise. ${words}.`}
      >
        <path class="axis" d={`M${LEFT},${y(0)}H${WIDTH - RIGHT}`} />
        {bins.map(({ from, to, images, noise, counts }, i) => (
          <g key={from} data-index={from} data-images={images}>
            <title>{`index ${from === to ? from : `${from} to ${to}`}: ${images} images; of noise ${figure(noise, 1)}`}</title>
            <rect class="hit" x={LEFT + i * step} y={TOP} width={step} height={HEIGHT - TOP - BOTTOM} />
            <rect
              class={counts ? 'bar' : 'bar not-counted'}
              x={LEFT + i * step + step * 0.1}
              y={y(images)}
              width={step * 0.8}
              height={y(0) - y(images)}
            />
          </g>
        ))}
        <path class="noise" d={outline} />
        <text x={LEFT - 4} y={y(most) + 4} text-anchor="end">
          {Math.round(most)}
        </text>
        <text x={LEFT - 4} y={y(0)} text-anchor="end">
          0
        </text>
        <text x={LEFT} y={HEIGHT - 6}>
          {bins[0]?.from ?? 0}
        </text>
        <text x={(LEFT + WIDTH - RIGHT) / 2} y={HEIGHT - 6} text-anchor="middle">
          birth index
        </text>
        <text x={WIDTH - RIGHT} y={HEIGHT - 6} text-anchor="end">
          {last}
        </text>
      </svg>
      <p class="note">{words}.</p>
    </figure>
  );
}

function wordsOf({ births, images }: UnitCard, bins: readonly Bin[], last: number): string {
  const born = births.reduce((sum, [, count]) => sum + count, 0);
  const noisy = bins.reduce((sum, { noise }) => sum + noise, 0);
  const wide = last + 1 - (bins.at(-1)?.from ?? last);
  return [
    `${counted(images, 'image')}: ${images - born} without a birth`,
    ...(wide > 1 ? [`a bar is ${wide} indices`] : []),
    ...(noisy < FEW * images ? [`of noise hardly any is born by index ${last}`] : []),
  ].join('; ');
}

function binsOf({ births, noise, threshold }: UnitCard): Bin[] {
  const images = new Map(births);
  const all = noise.reduce((sum, value) => sum + value, 0);
  let [tail, end] = [0, noise.length - 1];
  while (end > 0 && tail + (noise[end] ?? 0) < TAIL * all) tail += noise[end--] ?? 0;
  const last = Math.max(end, births.at(-1)?.[0] ?? 0, 1);
  const wide = Math.ceil((last + 1) / MOST_BINS);
  return Array.from({ length: Math.ceil((last + 1) / wide) }, (_, i): Bin => {
    const indices = Array.from({ length: wide }, (__, k) => i * wide + k);
    const sum = (value: (index: number) => number): number =>
      indices.reduce((total, at) => total + value(at), 0);
    return {
      from: i * wide,
      to: i * wide + wide - 1,
      images: sum((at) => images.get(at) ?? 0),
      noise: sum((at) => noise[at] ?? 0),
      counts: (i > 0 || wide > 1) && i * wide <= threshold,
    };
  });
}
