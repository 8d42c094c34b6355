/** What a function takes and gives back, as koffi names types; `status` is what most give back. */
type Signature = readonly [place: number, result: 'status' | 'void' | 'text', ...args: readonly Argument[]];
type Argument = 'pointer' | 'int' | 'size' | 'text';

/**
 * The functions of onnxruntime's C API that are used, by their places in its table (`struct OrtApi` in
 * onnxruntime_c_api.h). The table only ever grows at its end: a place never changes.
 */
export const FUNCTIONS = {
  GetErrorMessage: [2, 'text', 'pointer'],
  CreateEnv: [3, 'status', 'int', 'text', 'pointer'],
  CreateSessionFromArray: [8, 'status', 'pointer', 'pointer', 'size', 'pointer', 'pointer'],
  Run: [9, 'status', 'pointer', 'pointer', 'pointer', 'pointer', 'size', 'pointer', 'size', 'pointer'],
  CreateSessionOptions: [10, 'status', 'pointer'],
  SetOptimizedModelFilePath: [11, 'status', 'pointer', 'pointer'],
  SetSessionLogSeverityLevel: [22, 'status', 'pointer', 'int'],
  SetSessionGraphOptimizationLevel: [23, 'status', 'pointer', 'int'],
  SetIntraOpNumThreads: [24, 'status', 'pointer', 'int'],
  SetInterOpNumThreads: [25, 'status', 'pointer', 'int'],
  CreateTensorWithDataAsOrtValue: [
    ...([49, 'status'] as const),
    ...(['pointer', 'pointer', 'size', 'pointer', 'size', 'int', 'pointer'] as const),
  ],
  GetTensorMutableData: [51, 'status', 'pointer', 'pointer'],
  GetTensorElementType: [60, 'status', 'pointer', 'pointer'],
  GetDimensionsCount: [61, 'status', 'pointer', 'pointer'],
  GetDimensions: [62, 'status', 'pointer', 'pointer', 'size'],
  GetTensorTypeAndShape: [65, 'status', 'pointer', 'pointer'],
  CreateCpuMemoryInfo: [69, 'status', 'int', 'int', 'pointer'],
  ReleaseStatus: [93, 'void', 'pointer'],
  ReleaseSession: [95, 'void', 'pointer'],
  ReleaseValue: [96, 'void', 'pointer'],
  ReleaseTensorTypeAndShapeInfo: [99, 'void', 'pointer'],
  ReleaseSessionOptions: [100, 'void', 'pointer'],
  AddExternalInitializersFromFilesInMemory: [
    ...([279, 'status'] as const),
    ...(['pointer', 'pointer', 'pointer', 'pointer', 'size'] as const),
  ],
} as const satisfies Record<string, Signature>;

export type FunctionName = keyof typeof FUNCTIONS;

/** The version of the table that holds all of them; a library has the tables of all versions up to its own. */
export const API_VERSION = 18;

/** Places in that table, and some more. */
export const TABLE_LENGTH = 280;

/** An address in this process; 0 is none. */
export type Pointer = number | bigint;

/** A function by the koffi types of its signature. */
export const KOFFI_TYPES = {
  pointer: 'uintptr_t',
  status: 'uintptr_t',
  int: 'int',
  size: 'size_t',
  text: 'const char *',
  void: 'void',
} as const;
