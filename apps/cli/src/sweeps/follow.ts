import type { Manifest } from '@unitscope/plan';
import { line } from '@unitscope/base';
import type { SpecFile } from './spec-file.js';
import { StatusLine } from './status-line.js';

/**
 * The manifests of a sweep that follows a training run. The first Ctrl-C aborts `finish`: nothing more joins; the second
 * `stop`: what runs is left.
 */
export async function followed(
  file: SpecFile,
  address: string,
  until: number | undefined,
): Promise<{ manifests: AsyncGenerator<Manifest>; finish: AbortSignal; stop: AbortSignal; end: () => void }> {
  const { openStore } = await import('@unitscope/store');
  const { followSweep, readManifest, sweepNames } = await import('@unitscope/tasks');
  const { specDigest } = await import('@unitscope/plan');
  const store = await openStore(address);
  const { name } = file.spec;
  const earlier = (await sweepNames(store)).includes(name) ? await readManifest(store, name) : undefined;
  const known = earlier?.specDigest === specDigest(file.spec) ? earlier : undefined;

  const [finish, stop] = [new AbortController(), new AbortController()];
  const onSignal = (): void => {
    if (finish.signal.aborted) stop.abort();
    else StatusLine.say(line`sweep ${name}: no more checkpoints join; Ctrl-C again stops it`);
    finish.abort();
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  StatusLine.say(line`sweep ${name}: follows its checkpoints; Ctrl-C finishes with those there are`);
  return {
    manifests: followSweep(file.spec, {
      folder: file.folder,
      known,
      until,
      finish: finish.signal,
      onWait: (reason) => StatusLine.say(line`sweep ${name}: waits: ${reason}`),
    }),
    finish: finish.signal,
    stop: stop.signal,
    end: () => process.off('SIGINT', onSignal).off('SIGTERM', onSignal),
  };
}
