/** Images of a few blurred blobs and some noise, normalised: nearer to photographs than white noise is. */
export function smoothImages({ height, width, channels }, count, seed = 1) {
  const values = new Float32Array(count * height * width * channels);
  let state = seed * 2654435761;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  for (let image = 0; image < count; image++) {
    const blobs = Array.from({ length: 12 }, () => ({
      x: random() * width,
      y: random() * height,
      spread: (0.03 + 0.2 * random()) * width,
      colour: Array.from({ length: channels }, () => 2 * random() - 1),
    }));
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const near = blobs.map((blob) =>
          Math.exp(-((x - blob.x) ** 2 + (y - blob.y) ** 2) / (2 * blob.spread ** 2)),
        );
        for (let channel = 0; channel < channels; channel++) {
          const light = blobs.reduce((sum, { colour }, i) => sum + colour[channel] * near[i], 0);
          values[((image * height + y) * width + x) * channels + channel] =
            Math.max(-1, Math.min(1, light)) + 0.05 * (random() - 0.5);
        }
      }
    }
  }
  return values;
}
