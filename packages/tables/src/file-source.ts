import { open, stat, type FileHandle } from 'node:fs/promises';
import type { ByteSource } from './byte-source.js';
import { FileEmptyError, FileUnreadableError } from './errors.js';

// One read of the operating system moves at most 2 GiB − 4 KiB.
const LARGEST_READ = 0x7fff_f000;

const reasons: Record<string, string> = {
  ENOENT: 'there is no such file',
  EACCES: 'no permission to read it',
  EPERM: 'no permission to read it',
  ENOTDIR: 'a part of its path is not a folder',
  ENAMETOOLONG: 'the name is too long',
  ELOOP: 'its links go round in a circle',
};

/** An open file of this machine. Close it when done. */
export class FileSource implements ByteSource {
  private constructor(
    readonly name: string,
    readonly size: number,
    private readonly handle: FileHandle,
  ) {}

  /** @throws FileUnreadableError, FileEmptyError */
  static async open(path: string): Promise<FileSource> {
    try {
      // Before it is opened: opening a pipe would wait for its writer.
      const found = await stat(path);
      if (found.isDirectory()) {
        throw new FileUnreadableError(`${path}: expected an Arrow IPC file, found a folder`);
      }
      if (!found.isFile()) {
        throw new FileUnreadableError(
          `${path}: expected a regular file; pipes and devices cannot be read by position`,
        );
      }
      if (found.size === 0) {
        throw new FileEmptyError(`${path}: expected an Arrow IPC file, found an empty file (0 bytes)`);
      }
      return new FileSource(path, found.size, await open(path, 'r'));
    } catch (cause) {
      throw unreadable(path, cause);
    }
  }

  async readInto(target: Uint8Array, position: number): Promise<void> {
    let done = 0;
    while (done < target.byteLength) {
      const length = Math.min(target.byteLength - done, LARGEST_READ);
      const { bytesRead } = await this.handle.read(target, done, length, position + done);
      if (bytesRead === 0) {
        throw new FileUnreadableError(
          `${this.name}: the file ended at byte ${position + done}, it had ${this.size} bytes when it was opened`,
        );
      }
      done += bytesRead;
    }
  }

  async close(): Promise<void> {
    await this.handle.close();
  }
}

function unreadable(path: string, cause: unknown): Error {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const reason = reasons[code];
  if (reason === undefined) return cause instanceof Error ? cause : new Error(String(cause));
  return new FileUnreadableError(`${path}: cannot be read: ${reason}`, { cause });
}
