import { expect, test } from 'vitest';
import { channelsFirst } from '../src/unit-maps.ts';

test.each([1, 2, 3, 4, 5, 16, 37])('each of %i channels becomes contiguous, image by image', (channels) => {
  for (const [images, pixels] of [
    [1, 1],
    [1, 49],
    [3, 100],
  ] as const) {
    const values = Float32Array.from({ length: images * pixels * channels }, (_, i) => i + 1);
    const place = new Float32Array(values.length).fill(NaN);
    const expected = Float32Array.from(values, (_, at) => {
      const [map, pixel] = [Math.floor(at / pixels), at % pixels];
      const [image, channel] = [Math.floor(map / channels), map % channels];
      return values[(image * pixels + pixel) * channels + channel]!;
    });
    expect(channelsFirst(values, images, pixels, channels)).toEqual(expected);
    expect(channelsFirst(values, images, pixels, channels, place)).toBe(place);
    expect(place).toEqual(expected);
  }
});
