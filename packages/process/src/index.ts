export { MissingPartError } from './parts/missing-part-error.js';
export { packageFolder, packageVersion, requirePackage } from './parts/find-package.js';
export { makeWhole, writeWhole } from './files/write-whole.js';
export { OutputError, OutputFailedError } from './files/output-errors.js';
export { OutputFile, placeOf } from './files/output-file.js';
export { fileDigest } from './files/file-digest.js';
export { answerRequests } from './children/answer-requests.js';
export { AskedProcess, type ProcessEnd } from './children/asked-process.js';
