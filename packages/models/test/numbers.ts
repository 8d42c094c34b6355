/** Numbers in −1 … 1 that look random and are always the same. */
export function numbers(count: number, seed = 1): Float32Array {
  return Float32Array.from({ length: count }, (_, index) => {
    const wave = Math.sin((index + 1) * 12.9898 + seed * 78.233) * 43758.5453;
    return (wave - Math.floor(wave)) * 2 - 1;
  });
}

/** A plain convolution of one [channel][y][x] image, stride 1, zeros around: what the backends are held to. */
export function plainConvolution(
  image: ArrayLike<number>,
  kernel: ArrayLike<number>,
  {
    channels,
    units,
    size,
    width,
    groups = 1,
  }: { channels: number; units: number; size: number; width: number; groups?: number },
): Float64Array {
  const out = new Float64Array(units * width * width);
  const inGroup = channels / groups;
  const half = (size - 1) / 2;
  for (let unit = 0; unit < units; unit++) {
    const first = Math.floor(unit / (units / groups)) * inGroup;
    for (let y = 0; y < width; y++) {
      for (let x = 0; x < width; x++) {
        let sum = 0;
        for (let c = 0; c < inGroup; c++) {
          for (let i = 0; i < size; i++) {
            for (let j = 0; j < size; j++) {
              const row = y + i - half;
              const column = x + j - half;
              if (row < 0 || column < 0 || row >= width || column >= width) continue;
              sum +=
                image[((first + c) * width + row) * width + column]! *
                kernel[((unit * inGroup + c) * size + i) * size + j]!;
            }
          }
        }
        out[(unit * width + y) * width + x] = sum;
      }
    }
  }
  return out;
}
