import { mapColor } from '@unitscope/plots';

/** Larger pixels: a viewer that smooths an enlarged picture would blur the cells. */
const LEAST_SIDE = 480;

/** A map as a data address of a PNG, coloured by the values from `low` to `high`. */
export async function mapPicture(
  map: ArrayLike<number>,
  size: number,
  [low, high]: readonly [number, number],
): Promise<string> {
  const { default: sharp } = await import('sharp');
  const colors = Array.from({ length: 256 }, (_, i) => {
    const color = mapColor(i / 255);
    return [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16));
  });
  const scale = high > low ? 255 / (high - low) : 0;
  const pixels = Uint8Array.from({ length: size * size * 3 }, (_, at) => {
    const value = map[Math.floor(at / 3)] ?? 0;
    return colors[Math.min(255, Math.max(0, Math.round((value - low) * scale)))]?.[at % 3] ?? 0;
  });
  const side = size * Math.max(1, Math.ceil(LEAST_SIDE / size));
  const png = await sharp(pixels, { raw: { width: size, height: size, channels: 3 } })
    .resize(side, side, { kernel: 'nearest' })
    .png({ palette: true })
    .toBuffer();
  return `data:image/png;base64,${png.toString('base64')}`;
}
