import { rows, UNKNOWN, type Meaning, type MeaningTable } from './meaning.js';

const homogeneous = { homogeneous: true, zeroAtZero: true } as const;
const zeroAtZero = { zeroAtZero: true } as const;
const byAxis = { mixesImages: 'by axis' } as const;
const first = { layout: 'channels first' } as const;
const dense = { dense: true } as const;

const BEFORE_OPTIMISATION =
  'give unitscope the model as it was before onnxruntime optimised it, or save it with ' +
  'SessionOptions.graph_optimization_level = ORT_ENABLE_EXTENDED, which leaves the layout alone';
const blocked = {
  refused: `keeps its maps in an order that belongs to the processor on which onnxruntime optimised the model; ${BEFORE_OPTIMISATION}`,
};

/** The operations of ONNX itself (the domains '' and 'ai.onnx'), up to opset 24. */
const STANDARD: MeaningTable = new Map([
  ...rows('convolution', 'Conv QLinearConv ConvInteger ConvTranspose DeformConv', first),
  ...rows('activation', 'Relu LeakyRelu PRelu', homogeneous),
  ...rows(
    'activation',
    'Elu Selu Celu Gelu Mish Swish HardSwish Softsign Tanh ThresholdedRelu Shrink',
    zeroAtZero,
  ),
  ...rows('activation', 'Clip HardSigmoid Softplus'),
  ...rows('activation', 'Sigmoid', { scores: 'sigmoid' }),
  ...rows('function', 'Abs', homogeneous),
  ...rows('function', 'Neg', { homogeneous: true, zeroAtZero: true }),
  ...rows(
    'function',
    'Erf Exp Log Sqrt Reciprocal Sin Cos Tan Sinh Cosh Asin Acos Atan Asinh Acosh Atanh Ceil Floor Round Sign ' +
      'Greater GreaterOrEqual Less LessOrEqual Equal Not And Or Xor IsNaN IsInf Where Pow Mod Max Min',
  ),
  ...rows('linear', 'Add Sum', { joins: 'sum' }),
  ...rows('linear', 'Mul', { joins: 'product' }),
  ...rows('linear', 'Sub Div Mean'),
  ...rows('norm', 'BatchNormalization', { ...first, mixesImages: 'in training' }),
  ...rows('norm', 'InstanceNormalization GroupNormalization LRN', first),
  ...rows('norm', 'LayerNormalization RMSNormalization MeanVarianceNormalization LpNormalization', byAxis),
  // onnxruntime keeps two of its own operations in the standard domain.
  ...rows('norm', 'SimplifiedLayerNormalization', byAxis),
  ...rows('quantize', 'QuantizeLinear'),
  // One scale and zero point for a whole tensor, all images of a batch.
  ...rows('quantize', 'DynamicQuantizeLinear', { mixesImages: 'always' }),
  ...rows('dequantize', 'DequantizeLinear'),
  ...rows('pass', 'Identity', homogeneous),
  ...rows('pass', 'Dropout', { ...homogeneous, mixesImages: 'never' }),
  ...rows('pass', 'Cast CastLike'),
  ...rows('shape', 'Reshape Squeeze Unsqueeze Flatten Transpose', { homogeneous: true, ...byAxis }),
  ...rows('shape', 'Expand', { homogeneous: true, ...byAxis }),
  ...rows('spatial', 'MaxPool AveragePool LpPool', { homogeneous: true, ...first }),
  ...rows('spatial', 'Pad Slice Resize Upsample CenterCropPad', { homogeneous: true, ...byAxis }),
  ...rows('reduce', 'GlobalAveragePool GlobalMaxPool GlobalLpPool', { homogeneous: true, ...first }),
  ...rows('reduce', 'ReduceMean ReduceSum ReduceMax ReduceMin ReduceL1 ReduceL2', {
    homogeneous: true,
    ...byAxis,
  }),
  ...rows('reduce', 'ReduceSumSquare ReduceProd ReduceLogSum ReduceLogSumExp', byAxis),
  ...rows('other', 'Gemm', dense),
  ...rows('other', 'MatMul', { ...dense, ...byAxis }),
  ...rows('other', 'Einsum MatMulInteger QLinearMatMul CumSum', byAxis),
  ...rows('other', 'Softmax LogSoftmax', { ...byAxis, scores: 'softmax' }),
  ...rows('other', 'Hardmax ArgMax ArgMin TopK Concat Split Tile Gather GatherElements GatherND', byAxis),
  ...rows(
    'other',
    'Scatter ScatterElements ScatterND Compress OneHot NonZero Unique ReverseSequence Trilu',
    byAxis,
  ),
  ...rows(
    'other',
    'DepthToSpace SpaceToDepth MaxUnpool MaxRoiPool RoiAlign GridSample AffineGrid Col2Im',
    first,
  ),
  ...rows('other', 'LSTM GRU RNN Attention RotaryEmbedding Det NonMaxSuppression', byAxis),
  ...rows('other', 'Shape Size Constant ConstantOfShape Range EyeLike Bernoulli'),
  ...rows('other', 'RandomNormal RandomNormalLike RandomUniform RandomUniformLike Multinomial'),
  ...rows('other', 'BitShift BitwiseAnd BitwiseOr BitwiseXor BitwiseNot DFT STFT'),
  // These hold graphs of their own.
  ...rows('other', 'If Loop Scan SequenceMap', { mixesImages: 'unknown' }),
  ...rows(
    'other',
    'SequenceConstruct SequenceAt SequenceInsert SequenceErase SequenceLength SequenceEmpty',
    byAxis,
  ),
  ...rows(
    'other',
    'SplitToSequence ConcatFromSequence Optional OptionalGetElement OptionalHasElement',
    byAxis,
  ),
]);

/** What onnxruntime adds and its optimiser writes. */
const MICROSOFT: MeaningTable = new Map([
  ...rows('convolution', 'FusedConv', first),
  ...rows('convolution', 'QLinearConv', { layout: 'by attribute' }),
  ...rows('activation', 'Gelu QuickGelu FastGelu BiasGelu QLinearLeakyRelu', zeroAtZero),
  ...rows('activation', 'QLinearSigmoid'),
  ...rows('linear', 'QLinearAdd', { joins: 'sum' }),
  ...rows('linear', 'QLinearMul', { joins: 'product' }),
  ...rows('linear', 'BiasAdd', { layout: 'channels last' }),
  ...rows('norm', 'GroupNorm', { layout: 'by attribute' }),
  ...rows('norm', 'SimplifiedLayerNormalization', byAxis),
  ...rows('quantize', 'QuantizeLinear'),
  ...rows('dequantize', 'DequantizeLinear'),
  ...rows('spatial', 'QLinearAveragePool', { layout: 'by attribute' }),
  ...rows('spatial', 'NhwcMaxPool', { layout: 'channels last' }),
  ...rows('reduce', 'QLinearGlobalAveragePool', { layout: 'by attribute' }),
  ...rows('reduce', 'QLinearReduceMean', byAxis),
  ...rows('other', 'FusedGemm FusedMatMul QGemm MatMulNBits', dense),
  ...rows('other', 'DynamicQuantizeMatMul MatMulIntegerToFloat QAttention', { mixesImages: 'always' }),
  ...rows('other', 'QLinearConcat QLinearSoftmax QLinearWhere QLinearMatMul', byAxis),
  ...rows('other', 'Attention MultiHeadAttention EmbedLayerNormalization SkipLayerNormalization', byAxis),
  ...rows(
    'other',
    'SkipSimplifiedLayerNormalization SkipGroupNorm BiasSplitGelu BiasSoftmax Inverse',
    byAxis,
  ),
  ...rows('other', 'GridSample CropAndResize ExpandDims TransposeMatMul UnfoldTensor', byAxis),
  ...rows('convolution', 'NhwcConv NhwcFusedConv ConvTransposeWithDynamicPads', blocked),
]);

const BLOCKED_DOMAINS = new Set(['com.microsoft.nchwc', 'com.ms.internal.nhwc']);
const BLOCKED = new Map(rows('other', 'any', blocked));

/** The domain as ONNX means it: 'ai.onnx' is the standard one. */
export function domainOf(domain: string): string {
  return domain === 'ai.onnx' ? '' : domain;
}

/** The row of an operation. An operation is its domain and its name; one of another domain has no row. */
export function onnxMeaning(domain: string, opType: string): Meaning {
  const place = domainOf(domain);
  if (BLOCKED_DOMAINS.has(place)) return BLOCKED.get('any') ?? UNKNOWN;
  const table = place === '' ? STANDARD : place === 'com.microsoft' ? MICROSOFT : undefined;
  return table?.get(opType) ?? UNKNOWN;
}
