// 16 channels of 16 pixels: both sides of a block stay in the first cache.
const BLOCK = 16;
/** Channels of images: all of a pixel lie in a line or two of the cache. */
const FEW = 4;

/** [image][pixel][channel] to [image][channel][pixel]: each map becomes contiguous. */
export function channelsFirst(
  values: Float32Array,
  images: number,
  pixels: number,
  channels: number,
): Float32Array {
  const turned = new Float32Array(values.length);
  if (channels <= FEW) {
    for (let at = 0, map = 0; map < images * channels; map++) {
      let from = Math.floor(map / channels) * pixels * channels + (map % channels);
      for (const end = at + pixels; at < end; at++, from += channels) turned[at] = values[from] ?? 0;
    }
    return turned;
  }
  for (let image = 0; image < images; image++) {
    const base = image * pixels * channels;
    for (let pixelStart = 0; pixelStart < pixels; pixelStart += BLOCK) {
      const pixelEnd = Math.min(pixels, pixelStart + BLOCK);
      for (let channelStart = 0; channelStart < channels; channelStart += BLOCK) {
        const channelEnd = Math.min(channels, channelStart + BLOCK);
        for (let channel = channelStart; channel < channelEnd; channel++) {
          const row = base + channel * pixels;
          for (let pixel = pixelStart; pixel < pixelEnd; pixel++) {
            turned[row + pixel] = values[base + pixel * channels + channel] ?? 0;
          }
        }
      }
    }
  }
  return turned;
}
