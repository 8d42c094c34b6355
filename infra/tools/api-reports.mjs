// `npm run api`: writes docs/api-reports, what each package of the library shows to its users, one file a package. In a review
// they make a change of the public face seen. `--check` only says whether they are up to date. Needs a built clone.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor';
import { libraryPackages } from '../library-packages.mjs';

const root = join(import.meta.dirname, '..', '..');
const reports = join(root, 'docs', 'api-reports');
const check = process.argv.includes('--check');
const folders = libraryPackages(root);

const scratch = mkdtempSync(join(tmpdir(), 'unitscope-api-'));
mkdirSync(reports, { recursive: true });
let stale = 0;
try {
  for (const folder of folders) {
    const name = `${basename(folder)}.api.md`;
    write(join(reports, name), extract(folder, name));
  }
} finally {
  rmSync(scratch, { recursive: true });
}
process.exitCode = check && stale > 0 ? 1 : 0;

function write(path, text) {
  const before = read(path);
  if (before === text) return;
  stale++;
  if (check)
    console.error(`docs/api-reports/${basename(path)} is not what the code says: run \`npm run api\``);
  else writeFileSync(path, text);
}

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

function extract(folder, reportFileName) {
  const projectFolder = join(root, folder);
  const config = ExtractorConfig.prepare({
    configObject: {
      projectFolder,
      mainEntryPointFilePath: join(projectFolder, 'dist', 'index.d.ts'),
      newlineKind: 'lf',
      compiler: {
        overrideTsconfig: {
          extends: join(root, 'tsconfig.base.json'),
          // AbortSignal and the like; Node's own declarations of them are conditional, which the extractor cannot follow.
          compilerOptions: { types: ['node'], lib: ['ES2024', 'DOM', 'DOM.Iterable'] },
          include: [join(projectFolder, 'dist', 'index.d.ts')],
        },
      },
      apiReport: {
        enabled: true,
        reportFileName,
        reportFolder: scratch,
        reportTempFolder: scratch,
        includeForgottenExports: true,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        extractorMessageReporting: { default: { logLevel: 'none' } },
        tsdocMessageReporting: { default: { logLevel: 'none' } },
      },
    },
    configObjectFullPath: undefined,
    packageJsonFullPath: join(projectFolder, 'package.json'),
  });
  const { errorCount } = Extractor.invoke(config, {
    localBuild: true,
    messageCallback: (message) => {
      // What it says of itself, and that a report is new.
      if (message.logLevel !== 'error') message.handled = true;
    },
  });
  if (errorCount > 0) throw new Error(`${folder}: api-extractor found ${errorCount} errors`);
  return readFileSync(join(scratch, reportFileName), 'utf8');
}
