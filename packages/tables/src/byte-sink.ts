/** Where a writer's bytes go, in order: a file, the upload of an object. The writer may reuse `bytes` once the promise is settled. */
export interface ByteSink {
  write(bytes: Uint8Array): Promise<void> | void;
}

/** A sink that keeps everything in memory. */
export class MemorySink implements ByteSink {
  private readonly parts: Uint8Array[] = [];
  private length = 0;

  write(bytes: Uint8Array): void {
    this.parts.push(bytes.slice());
    this.length += bytes.byteLength;
  }

  /** What was written, as one array. */
  bytes(): Uint8Array<ArrayBuffer> {
    const whole = new Uint8Array(this.length);
    let at = 0;
    for (const part of this.parts) {
      whole.set(part, at);
      at += part.byteLength;
    }
    return whole;
  }
}
