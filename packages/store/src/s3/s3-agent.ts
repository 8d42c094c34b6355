import { Agent, type ClientRequestArgs } from 'node:http';
import { connect, type NetConnectOpts, type Socket } from 'node:net';

const BYTES = 64 << 10;

/**
 * Connections that receive into one buffer. Node's HTTP parser copies a body out of it while the event lasts; the new
 * buffer that a socket otherwise makes for each read is as much memory again, for which V8 marks its heap again and again.
 */
export class S3Agent extends Agent {
  readonly #buffer = new Uint8Array(BYTES);

  /** Called by Node for each new connection. */
  override createConnection(options: ClientRequestArgs): Socket {
    const socket = connect({
      ...(options as NetConnectOpts),
      onread: {
        buffer: this.#buffer,
        callback: (count, buffer) => {
          socket.emit('data', buffer.subarray(0, count));
          return true;
        },
      },
    });
    return socket;
  }

  /** Whether these bytes are not a copy but lie where the next read goes. */
  holds(bytes: Uint8Array): boolean {
    return bytes.buffer === this.#buffer.buffer;
  }
}
