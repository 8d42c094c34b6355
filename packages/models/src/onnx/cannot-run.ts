import { UnsupportedModelError } from '../errors.js';
import type { OnnxFile } from './onnx-file.js';

/** The first opset whose operations onnxruntime has. */
const OLDEST = 7;

/** What is said where onnxruntime does not run a network, with the way out of an old file. */
export function cannotRun(path: string, file: OnnxFile, cause: unknown): UnsupportedModelError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const isOld = file.opset > 0 && file.opset < OLDEST && /implementation/.test(reason);
  const hint = isOld ? `; ${newerOpset(file.opset)}` : '';
  return new UnsupportedModelError(`${path}: onnxruntime cannot run this model: ${reason}${hint}`, { cause });
}

function newerOpset(opset: number): string {
  return (
    `the file is of opset ${opset}, and onnxruntime has the operations of opset ${OLDEST} and later; make it newer (its ` +
    "batch norms then use their stored statistics, as at inference): python -c 'import onnx; from onnx import " +
    'version_converter; onnx.save(version_converter.convert_version(onnx.load("model.onnx"), 17), "newer.onnx")\'   ' +
    '(pip install onnx)'
  );
}
