// A proxy between browser and shop. It counts what is asked of /live, and does to a
// WebSocket what some proxies and networks do, if it is told so: refuses it, swallows what
// is said on it, goes deaf, or ends it when nothing was said for a while. Answers it may
// gather until they are whole.

import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { pipeline, Transform, type Duplex } from "node:stream";

export class Proxy {
  /** Upgrades that it has refused. */
  refused = 0;
  /** Sockets that it has ended because nothing was said. */
  idle = 0;
  /** Whether it lets sockets open and swallows whatever is said on them. */
  swallows = false;
  /** Whether it hands an answer on, head and all, only once it has come to its end. */
  gathers = false;
  /** Sockets and waits on which nothing is said for so many milliseconds are ended. */
  endsAfter: number | undefined;
  /** Answers to /live that have come through whole. */
  answers = 0;
  /** Sockets that are open through it. */
  readonly sockets = new Set<Duplex>();
  /** Requests for /live that wait for their answer. */
  readonly waits = new Set<IncomingMessage>();
  private readonly deaf = new WeakSet<Duplex>();
  private lost = false;

  private constructor(
    private readonly server: Server,
    /** Whether it refuses sockets. */
    private blocks: boolean,
  ) {}

  static async inFrontOf(target: string, { blocks }: { blocks: boolean }): Promise<Proxy> {
    const server = createServer();
    const proxy = new Proxy(server, blocks);
    server.on("request", (incoming, outgoing) => {
      if (incoming.url?.startsWith("/live")) {
        proxy.waits.add(incoming);
        outgoing.on("close", () => proxy.waits.delete(incoming));
      }
      const onward = request(new URL(incoming.url ?? "/", target), {
        method: incoming.method,
        headers: incoming.headers,
      });
      if (proxy.endsAfter) onward.setTimeout(proxy.endsAfter, () => proxy.end(outgoing));
      onward.on("response", (answer) => {
        if (incoming.url?.startsWith("/live")) answer.on("end", () => (proxy.answers += 1));
        if (proxy.gathers) return void gather(answer, outgoing);
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        // Node would keep them until the body comes, which a waiting poll's does not.
        outgoing.flushHeaders();
        // An answer that breaks off on one side breaks off on the other.
        pipeline(answer, outgoing, () => {});
      });
      onward.on("error", () => outgoing.writeHead(502).end());
      outgoing.on("close", () => onward.destroy());
      incoming.pipe(onward);
    });
    server.on("upgrade", (incoming, socket) => {
      if (proxy.blocks) {
        proxy.refused += 1;
        return refuse(socket, "403 Forbidden");
      }
      proxy.letThrough(target, incoming, socket);
    });
    server.on("connection", (connection) => proxy.lost && connection.destroy());
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** From now on no socket gets through, and those that are open break off. */
  blockSockets(): void {
    this.blocks = true;
    for (const socket of this.sockets) socket.destroy();
  }

  /** From now on nothing gets through the sockets that are open, as when a laptop has slept. */
  deafen(): void {
    for (const socket of this.sockets) {
      this.deaf.add(socket);
    }
  }

  letSocketsThrough(): void {
    this.blocks = false;
  }

  /** From now on there is no way to the shop at all, as in a tunnel. */
  lose(): void {
    this.lost = true;
    for (const socket of this.sockets) socket.destroy();
    this.server.closeAllConnections();
  }

  /** There is one again. */
  find(): void {
    this.lost = false;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, "close");
  }

  private end(idle: { destroy(): void }): void {
    this.idle += 1;
    idle.destroy();
  }

  private letThrough(target: string, incoming: IncomingMessage, socket: Duplex): void {
    const onward = request(new URL(incoming.url ?? "/", target), { headers: incoming.headers });
    socket.on("error", () => onward.destroy());
    onward.on("error", () => refuse(socket, "502 Bad Gateway"));
    onward.on("response", (answer) => refuse(socket, `${answer.statusCode} ${answer.statusMessage}`));
    onward.on("upgrade", (answer, upstream, head) => {
      const headers = Object.entries(answer.headers).map(([name, value]) => `${name}: ${value}\r\n`);
      socket.write(`HTTP/1.1 101 Switching Protocols\r\n${headers.join("")}\r\n`);
      socket.write(head);
      this.sockets.add(socket);
      socket.on("close", () => this.sockets.delete(socket));
      // Whichever end breaks off, the other does too.
      const unlessDeaf = () =>
        new Transform({
          transform: (chunk, _, pass) => {
            if (this.swallows || this.deaf.has(socket)) pass();
            else pass(null, chunk);
          },
        });
      pipeline(upstream, unlessDeaf(), socket, () => socket.destroy());
      pipeline(socket, unlessDeaf(), upstream, () => upstream.destroy());
      if (this.endsAfter) upstream.setTimeout(this.endsAfter, () => this.end(socket));
    });
    onward.end();
  }
}

/** Hands an answer on in one piece. */
async function gather(answer: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const pieces: Buffer[] = [];
  for await (const piece of answer) pieces.push(piece as Buffer);
  outgoing.writeHead(answer.statusCode ?? 502, answer.headers).end(Buffer.concat(pieces));
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
}
