// 16 channels of 16 pixels: both sides of a block stay in the first cache.
const BLOCK = 16;
/** Channels of images: all of a pixel lie in a line or two of the cache. */
const FEW = 4;

/** [image][pixel][channel] to [image][channel][pixel]: each map becomes contiguous. `turned` is filled and returned. */
export function channelsFirst(
  values: Float32Array,
  images: number,
  pixels: number,
  channels: number,
  turned: Float32Array = new Float32Array(values.length),
): Float32Array {
  if (channels === 3) return threeChannelsFirst(values, images, pixels, turned);
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

/** Images of three colours pass this way for every forward pass: each line of the cache is read once. */
function threeChannelsFirst(
  values: Float32Array,
  images: number,
  pixels: number,
  turned: Float32Array,
): Float32Array {
  const [second, third] = [pixels, 2 * pixels];
  for (let image = 0, at = 0, from = 0; image < images; image++, at += third) {
    for (const end = at + pixels; at < end; at++, from += 3) {
      turned[at] = values[from] ?? 0;
      turned[at + second] = values[from + 1] ?? 0;
      turned[at + third] = values[from + 2] ?? 0;
    }
  }
  return turned;
}
