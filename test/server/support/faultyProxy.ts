import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What goes wrong with what is sent through. */
export interface Fault {
  /** Each direction waits this long. */
  latencyMs?: number;
  /** The answer comes in pieces of one byte. */
  byteByByte?: boolean;
  /** The connection is reset after so many bytes of the request. */
  cutRequestAt?: number;
  /** The connection is reset after so many bytes of the answer. */
  cutAnswerAt?: number;
  /** The client's side is closed once the request is through. */
  halfClose?: boolean;
}

/** A TCP proxy on loopback whose connections can be made to fail. */
export class FaultyProxy {
  /** From here on, of connections that are open too; a cut is done once. Undefined when all is well. */
  fault: Fault | undefined;
  /** How often something was done wrong. */
  done = 0;
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  static async before(target: number): Promise<FaultyProxy> {
    const server = createServer({ allowHalfOpen: true }, (client) => proxy.join(client, target));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const proxy = new FaultyProxy(server, typeof address === 'object' && address ? address.port : 0);
    return proxy;
  }

  close(): void {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
  }

  private join(client: Socket, target: number): void {
    const upstream = connect({ port: target, host: '127.0.0.1', allowHalfOpen: true });
    for (const socket of [client, upstream]) {
      this.sockets.add(socket);
      socket.on('error', () => {}).on('close', () => this.sockets.delete(socket));
    }
    void this.carry(client, upstream, ({ latencyMs, cutRequestAt: cutAt, halfClose }) => ({
      ...{ latencyMs, cutAt, halfClose },
    }));
    void this.carry(upstream, client, ({ latencyMs, cutAnswerAt: cutAt, byteByByte }) => ({
      ...{ latencyMs, cutAt, byteByByte },
    }));
    client.on('close', () => upstream.destroy());
  }

  private async carry(from: Socket, to: Socket, wayOf: (fault: Fault) => Way): Promise<void> {
    let [fault, carried] = [this.fault, 0];
    try {
      for await (const chunk of from as AsyncIterable<Buffer>) {
        if (fault !== this.fault) [fault, carried] = [this.fault, 0];
        const { latencyMs = 0, cutAt = Number.POSITIVE_INFINITY, byteByByte, halfClose } = wayOf(fault ?? {});
        if (latencyMs || byteByByte || halfClose) this.done++;
        await sleep(latencyMs);
        for (const piece of pieces(chunk.subarray(0, cutAt - carried), byteByByte)) {
          if (!to.write(piece)) await Promise.race([once(to, 'drain'), once(to, 'close')]);
          if (byteByByte) await sleep(0);
        }
        carried += chunk.length;
        if (carried >= cutAt) {
          this.done++;
          this.fault = undefined;
          for (const socket of [from, to]) socket.resetAndDestroy();
          return;
        }
        if (halfClose) break;
      }
      to.end();
    } catch {
      to.destroy();
    }
  }
}

interface Way {
  latencyMs?: number | undefined;
  byteByByte?: boolean | undefined;
  halfClose?: boolean | undefined;
  /** The connection is reset after so many bytes. */
  cutAt?: number | undefined;
}

function pieces(chunk: Buffer, byteByByte: boolean | undefined): Buffer[] {
  return byteByByte ? Array.from({ length: chunk.length }, (_, i) => chunk.subarray(i, i + 1)) : [chunk];
}
