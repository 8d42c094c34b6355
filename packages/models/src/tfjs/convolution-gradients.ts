import type * as Tf from '@tensorflow/tfjs-core';

type Gradient = Pick<Tf.KernelConfig, 'kernelName' | 'kernelFunc'>;

/**
 * Gradients of conv2d as convolutions. The wasm backend has no gradient for the filter, and the one it
 * has for the input is a plain loop, ten times slower than its convolution.
 */
export function replaceConvolutionGradients(tf: typeof Tf, backendName: string): void {
  const slow = tf.getKernel('Conv2DBackpropInput', backendName);
  const gradients: Gradient[] = [
    { kernelName: 'Conv2DBackpropFilter', kernelFunc: filterGradient(tf) },
    { kernelName: 'Conv2DBackpropInput', kernelFunc: inputGradient(tf, slow.kernelFunc) },
  ];
  for (const gradient of gradients) {
    // Registering over a kernel that is there prints a warning.
    if (tf.getKernel(gradient.kernelName, backendName) as Tf.KernelConfig | undefined) {
      tf.unregisterKernel(gradient.kernelName, backendName);
    }
    tf.registerKernel({ ...gradient, backendName });
  }
}

/**
 * dW[i,j,c,u] = sum over images and positions of x[y·s+i−p, x·s+j−p, c] · dy[y,x,u]: a convolution in
 * which channels and images change places, the output's gradient is the kernel and the stride dilates it.
 */
function filterGradient(tf: typeof Tf): Tf.KernelFunc {
  return ({ inputs, attrs }) => {
    const { x, dy } = inputs as { x: Tf.Tensor4D; dy: Tf.Tensor4D };
    const { strides, pad, filterShape, dimRoundingMode } = attrs as unknown as Tf.Conv2DBackpropFilterAttrs;
    const info = tf.backend_util.computeConv2DInfo(x.shape, filterShape, strides, 1, pad, dimRoundingMode);
    return tf.tidy(() => {
      const { top, left } = info.padInfo;
      // What the windows cover: the image, padded, and cut where the stride leaves a rest.
      const height = (info.outHeight - 1) * info.strideHeight + info.filterHeight;
      const width = (info.outWidth - 1) * info.strideWidth + info.filterWidth;
      const padded = tf.pad(x, [
        [0, 0],
        [top, Math.max(0, height - info.inHeight - top)],
        [left, Math.max(0, width - info.inWidth - left)],
        [0, 0],
      ]);
      const covered = tf.slice(padded, [0, 0, 0, 0], [info.batchSize, height, width, info.inChannels]);
      const gradient = tf.conv2d(
        tf.transpose(covered, [3, 1, 2, 0]),
        tf.transpose(dy, [1, 2, 0, 3]),
        1,
        'valid',
        'NHWC',
        [info.strideHeight, info.strideWidth],
      );
      return tf.transpose(gradient, [1, 2, 0, 3]);
    });
  };
}

/** Stride 1 and 'same' padding of an odd kernel: a convolution of dy with the kernel turned by 180°. */
function inputGradient(tf: typeof Tf, otherwise: Tf.KernelFunc): Tf.KernelFunc {
  return (params) => {
    const { dy, filter } = params.inputs as { dy: Tf.Tensor4D; filter: Tf.Tensor4D };
    const { strides, pad } = params.attrs as unknown as Tf.Conv2DBackpropInputAttrs;
    const [rowStride, columnStride] = typeof strides === 'number' ? [strides, strides] : strides;
    const odd = filter.shape[0] % 2 === 1 && filter.shape[1] % 2 === 1;
    if (rowStride !== 1 || columnStride !== 1 || pad !== 'same' || !odd) return otherwise(params);
    return tf.tidy(() => {
      const turned = tf.transpose(tf.reverse(filter, [0, 1]), [0, 1, 3, 2]);
      return tf.conv2d(dy, turned, 1, 'same');
    });
  };
}
