// A proxy between browser and shop that lets no WebSocket through, as some do.

import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { pipeline } from "node:stream";

export class SocketBlockingProxy {
  /** Upgrades that it has refused. */
  refused = 0;
  private constructor(private readonly server: Server) {}

  static async inFrontOf(target: string): Promise<SocketBlockingProxy> {
    const server = createServer((incoming, outgoing) => {
      const onward = request(new URL(incoming.url ?? "/", target), {
        method: incoming.method,
        headers: incoming.headers,
      });
      onward.on("response", (answer) => {
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
    const proxy = new SocketBlockingProxy(server);
    server.on("upgrade", (_, socket) => {
      proxy.refused += 1;
      socket.end("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, "close");
  }
}
