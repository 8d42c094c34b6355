import { InputError } from './input-error.js';

const SYSTEM_REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  ENOTDIR: 'a part of its path is not a folder',
  EISDIR: 'it is a folder',
  EACCES: 'no permission',
  EPERM: 'no permission',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space left on the disk',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file is larger than the limit on files',
  ENAMETOOLONG: 'the name is too long',
  EMFILE: 'too many open files',
};

/** What went wrong, in one line: the error's message, and its causes where the message leaves them open. */
export function reasonOf(error: unknown): string {
  const reasons: string[] = [];
  // Causes may go round in a circle.
  for (let e = error, depth = 0; e instanceof Error && depth < 5; e = e.cause, depth++) {
    const { message } = e;
    const reason = systemReason(e);
    if (!reasons.some((earlier) => earlier.includes(message) || earlier.includes(reason)))
      reasons.push(reason);
    // Bad input is explained whole where it is found; only why the system refused a file may be missing.
    if (e instanceof InputError && !/cannot be (read|written)$/.test(e.message)) break;
  }
  return reasons.length > 0 ? reasons.join(': ') : String(error);
}

/** An error of the operating system in plain words, any other error in its own. */
export function systemReason(error: unknown): string {
  const { code, message } = error as Error & { code?: string };
  return ('syscall' in (error as object) && SYSTEM_REASONS[code ?? '']) || message;
}
