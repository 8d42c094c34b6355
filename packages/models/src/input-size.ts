import { UnsupportedModelError } from './errors.js';

/** Height and width of the images that a network is run at. */
export interface ImageSize {
  readonly height: number;
  readonly width: number;
}

/**
 * The size at which a network is run: what it fixes, and `wanted` where it leaves a side open (null). Throws
 * UnsupportedModelError where a side stays open, or where the network fixes another size than the wanted one.
 */
export function imageSizeOf(
  path: string,
  fixed: { readonly height: number | null; readonly width: number | null },
  wanted: ImageSize | undefined,
): ImageSize {
  const height = fixed.height ?? wanted?.height;
  const width = fixed.width ?? wanted?.width;
  const text = `${fixed.height ?? '?'}×${fixed.width ?? '?'}`;
  if (height === undefined || width === undefined) {
    throw new UnsupportedModelError(
      `${path}: its images may have any size (${text}); say at which size it is to be run: \`inputSize: 224\` or ` +
        `\`inputSize: [height, width]\` under source.models of the spec, --input-size for \`unitscope layers\``,
    );
  }
  if (wanted !== undefined && (wanted.height !== height || wanted.width !== width)) {
    throw new UnsupportedModelError(
      `${path}: expected the input size ${text} that the network itself fixes, found inputSize ${wanted.height}×${wanted.width}; ` +
        'leave inputSize out for this network, or export it with open height and width',
    );
  }
  return { height, width };
}

/**
 * Throws UnsupportedModelError where images cannot be the input: they have one channel or three. Who feeds a model with
 * arrays of their own may have any number.
 */
export function refuseOtherChannels(path: string, channels: number): void {
  if (channels === 1 || channels === 3) return;
  throw new UnsupportedModelError(
    `${path}: an image has 1 or 3 channels, the network takes ${channels}; measure maps that you make yourself: ` +
      'activations/1 files under source.activations (docs/tables.md)',
  );
}
