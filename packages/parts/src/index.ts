export { MissingPartError } from './missing-part-error.js';
export { packageFolder, packageVersion, requirePackage } from './find-package.js';
