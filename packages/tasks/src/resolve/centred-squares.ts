/** The centred square of each map of height × width, back to back; square maps as they are. */
export function centredSquares(
  maps: Float32Array,
  { height, width }: { readonly height: number; readonly width: number },
): Float32Array {
  if (height === width) return maps;
  const size = Math.min(height, width);
  const [top, left] = [Math.floor((height - size) / 2), Math.floor((width - size) / 2)];
  const count = maps.length / (height * width);
  const squares = new Float32Array(count * size * size);
  for (let map = 0; map < count; map++) {
    for (let row = 0; row < size; row++) {
      const from = (map * height + top + row) * width + left;
      squares.set(maps.subarray(from, from + size), (map * size + row) * size);
    }
  }
  return squares;
}
