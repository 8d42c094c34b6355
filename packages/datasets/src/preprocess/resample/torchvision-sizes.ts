import type { Image } from '../../decode/decode-image.js';

interface Size {
  readonly width: number;
  readonly height: number;
}

/** The size to which torchvision's `Resize(side)` brings an image: the longer side is cut to whole pixels. */
export function shorterSideSize({ width, height }: Size, side: number): Size {
  const longer = (long: number, short: number): number => Math.max(1, Math.trunc((side * long) / short));
  return width <= height
    ? { width: side, height: longer(height, width) }
    : { width: longer(width, height), height: side };
}

/** The centre of an image, as torchvision's `CenterCrop` cuts it: half a pixel to the even one, black where it is too small. */
export function centreCrop(image: Image, { width, height }: Size): Image {
  const left = place(image.width, width);
  const top = place(image.height, height);
  if (left === 0 && top === 0 && image.width === width && image.height === height) return image;
  const { channels, data } = image;
  const cut = new Uint8Array(width * height * channels);
  const [from, to] = [Math.max(0, left), Math.min(image.width, left + width)];
  for (let y = Math.max(0, -top); y < height && y + top < image.height; y++) {
    const row = (y + top) * image.width;
    cut.set(
      data.subarray((row + from) * channels, (row + to) * channels),
      (y * width + from - left) * channels,
    );
  }
  return { width, height, channels, data: cut };
}

/** Where the cut begins; negative where the image is padded first. */
function place(there: number, wanted: number): number {
  if (wanted > there) return -Math.floor((wanted - there) / 2);
  const half = (there - wanted) / 2;
  const down = Math.floor(half);
  return half === down || down % 2 === 0 ? down : down + 1;
}
