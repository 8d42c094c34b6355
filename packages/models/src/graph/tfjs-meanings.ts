import { rows, UNKNOWN, type Meaning, type MeaningTable } from './meaning.js';

const homogeneous = { homogeneous: true, zeroAtZero: true } as const;
const zeroAtZero = { zeroAtZero: true } as const;
const byAxis = { mixesImages: 'by axis' } as const;
const last = { layout: 'channels last' } as const;
const dense = { dense: true } as const;

/** The operations of a GraphDef that tfjs can run. Maps are channels last; another data_format is refused. */
const GRAPH: MeaningTable = new Map([
  ...rows('convolution', 'Conv2D _FusedConv2D DepthwiseConv2dNative FusedDepthwiseConv2dNative', last),
  ...rows('convolution', 'Conv2DBackpropInput', last),
  ...rows('activation', 'Relu LeakyRelu Prelu', homogeneous),
  ...rows('activation', 'Relu6 Elu Selu Tanh Softsign', zeroAtZero),
  ...rows('activation', 'ClipByValue Softplus Step'),
  ...rows('activation', 'Sigmoid', { scores: 'sigmoid' }),
  ...rows('function', 'Abs Neg', homogeneous),
  ...rows(
    'function',
    'Erf Exp Log Log1p Expm1 Sqrt Rsqrt Square Reciprocal Inv Sin Cos Tan Sinh Cosh Asin Acos Atan Asinh Acosh Atanh ' +
      'Ceil Floor Round Sign Maximum Minimum Pow SquaredDifference Mod FloorMod FloorDiv Greater GreaterEqual Less ' +
      'LessEqual Equal NotEqual LogicalAnd LogicalNot LogicalOr Select SelectV2',
  ),
  ...rows('linear', 'Add AddV2 AddN', { joins: 'sum' }),
  ...rows('linear', 'Mul', { joins: 'product' }),
  ...rows('linear', 'BiasAdd', last),
  ...rows('linear', 'Sub RealDiv Div DivNoNan'),
  ...rows('norm', 'FusedBatchNorm FusedBatchNormV2 FusedBatchNormV3', {
    ...last,
    mixesImages: 'in training',
  }),
  ...rows('norm', 'LRN', last),
  ...rows('pass', 'Identity StopGradient Snapshot PreventGradient', homogeneous),
  ...rows('pass', 'IdentityN Cast Print EnsureShape'),
  // Rounds and comes back in one.
  ...rows('dequantize', 'FakeQuantWithMinMaxVars'),
  ...rows('shape', 'Reshape Squeeze ExpandDims Transpose BroadcastTo', { homogeneous: true, ...byAxis }),
  ...rows('spatial', 'MaxPool AvgPool ResizeBilinear ResizeNearestNeighbor', { homogeneous: true, ...last }),
  ...rows('spatial', 'MaxPoolWithArgmax Dilation2D', last),
  ...rows('spatial', 'Pad PadV2 MirrorPad Slice StridedSlice BatchToSpaceND', {
    homogeneous: true,
    ...byAxis,
  }),
  ...rows('reduce', 'Mean Sum Max Min', { homogeneous: true, ...byAxis }),
  ...rows('reduce', 'Prod All Any EuclideanNorm', byAxis),
  ...rows('other', 'MatMul _FusedMatMul', dense),
  ...rows('other', 'BatchMatMul BatchMatMulV2 Einsum Cumsum', byAxis),
  ...rows('other', 'Softmax LogSoftmax', { ...byAxis, scores: 'softmax' }),
  ...rows(
    'other',
    'ConcatV2 Concat Split SplitV Pack Unpack Tile Gather GatherV2 GatherNd ArgMax ArgMin TopKV2',
    byAxis,
  ),
  ...rows('other', 'DepthToSpace SpaceToBatchND Reverse ReverseV2 Fill Shape Size Rank Range', byAxis),
  ...rows(
    'other',
    'Conv1D Conv3D AvgPool3D MaxPool3D CropAndResize ScatterNd TensorScatterUpdate ListDiff',
    byAxis,
  ),
  ...rows(
    'other',
    'Cumprod FFT IFFT RFFT IRFFT MatrixBandPart Unique UniqueV2 LinSpace Multinomial Ones Zeros',
    byAxis,
  ),
  ...rows('other', 'Placeholder PlaceholderWithDefault Const NoOp ZerosLike OnesLike OneHot Where'),
  ...rows('other', 'If StatelessIf While StatelessWhile Switch Merge Enter Exit NextIteration LoopCond', {
    mixesImages: 'unknown',
  }),
]);

/** The layers of tfjs, by their class names; `Activation` is known by its function. */
const LAYERS: MeaningTable = new Map([
  ...rows('convolution', 'Conv2D DepthwiseConv2D SeparableConv2D Conv2DTranspose', last),
  ...rows('norm', 'BatchNormalization', last),
  ...rows('norm', 'LayerNormalization', byAxis),
  ...rows('linear', 'Rescaling'),
  ...rows('pass', 'Dropout SpatialDropout2D AlphaDropout GaussianDropout GaussianNoise', homogeneous),
  ...rows('pass', 'InputLayer linear', homogeneous),
  ...rows('activation', 'ReLU LeakyReLU PReLU relu', homogeneous),
  ...rows(
    'activation',
    'ELU ThresholdedReLU elu selu relu6 tanh softsign gelu gelu_new swish silu mish',
    zeroAtZero,
  ),
  ...rows('activation', 'softplus hardSigmoid hard_sigmoid'),
  ...rows('activation', 'sigmoid', { scores: 'sigmoid' }),
  ...rows('other', 'softmax logSoftmax Softmax', { ...byAxis, scores: 'softmax' }),
  ...rows('combine', 'Add', { joins: 'sum' }),
  ...rows('combine', 'Multiply', { joins: 'product' }),
  ...rows('combine', 'Subtract Maximum Minimum Average'),
  ...rows('shape', 'Reshape Flatten Permute', { homogeneous: true }),
  ...rows('spatial', 'MaxPooling2D AveragePooling2D ZeroPadding2D Cropping2D UpSampling2D Resizing', {
    homogeneous: true,
    ...last,
  }),
  ...rows('reduce', 'GlobalAveragePooling2D GlobalMaxPooling2D', { homogeneous: true, ...last }),
  ...rows('other', 'Dense', dense),
  ...rows('other', 'Concatenate Dot RepeatVector Embedding Masking Conv1D Conv3D Conv3DTranspose'),
  ...rows('other', 'MaxPooling1D AveragePooling1D GlobalAveragePooling1D GlobalMaxPooling1D'),
  ...rows('other', 'MaxPooling3D AveragePooling3D Cropping1D CenterCrop CategoryEncoding'),
  ...rows('other', 'LSTM GRU SimpleRNN ConvLSTM2D RNN Bidirectional TimeDistributed SpatialDropout1D'),
]);

export function graphMeaning(op: string): Meaning {
  return GRAPH.get(op) ?? UNKNOWN;
}

export function layerMeaning(className: string): Meaning {
  return LAYERS.get(className) ?? UNKNOWN;
}
