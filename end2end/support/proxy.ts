// A proxy between browser and shop. It tracks the connections to /live and simulates bad proxies
// and networks: it can refuse WebSockets, drop their frames, stall them, close idle connections, buffer
// responses, and cut the network.

import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { pipeline, Transform, type Duplex } from "node:stream";

export class Proxy {
  /** The number of WebSocket upgrades refused. */
  refusedUpgrades = 0;
  /** The number of connections closed because they were idle. */
  idleTimeouts = 0;
  /** Whether all frames of WebSockets are dropped. The WebSockets still open. */
  dropsFrames = false;
  /** Whether a response, with its headers, is forwarded only once it is complete. */
  buffersResponses = false;
  /** After this long without traffic, WebSockets and long polls are closed. */
  idleTimeoutMs: number | undefined;
  /** How many more answers to forms are lost, although the shop has carried the forms out. */
  losesAnswers = 0;
  /** WebAssembly files are forwarded once this promise is fulfilled. */
  holdsFiles: Promise<void> | undefined;
  /** How many more WebAssembly files stop half-way and are never completed. */
  stallsFiles = 0;
  /** Whether forms are neither passed on nor answered. */
  swallowsForms = false;
  /** Whether forms are not passed on, but answered as if the shop could not be reached. */
  refusesForms = false;
  /** The number of forms that were sent. */
  forms = 0;
  /** The paths of the forms that were sent. */
  readonly lastForms: (string | undefined)[] = [];
  /** The number of complete responses to /live. */
  answers = 0;
  /** The open WebSockets. */
  readonly sockets = new Set<Duplex>();
  /** The pending requests to /live. */
  readonly polls = new Set<IncomingMessage>();
  private readonly stalled = new WeakSet<Duplex>();
  private networkIsCut = false;

  private constructor(
    private readonly server: Server,
    /** Whether WebSockets are refused. */
    private blocksSockets: boolean,
  ) {}

  static async inFrontOf(target: string, { blocksSockets }: { blocksSockets: boolean }): Promise<Proxy> {
    const server = createServer();
    const proxy = new Proxy(server, blocksSockets);
    server.on("request", (incoming, outgoing) => {
      if (incoming.url?.startsWith("/live")) {
        proxy.polls.add(incoming);
        outgoing.on("close", () => proxy.polls.delete(incoming));
      }
      if (incoming.method === "POST") {
        proxy.forms += 1;
        proxy.lastForms.push(incoming.url);
        if (proxy.swallowsForms) return;
        if (proxy.refusesForms) return badGateway(outgoing);
      }
      const onward = request(new URL(incoming.url ?? "/", target), {
        method: incoming.method,
        headers: incoming.headers,
      });
      if (proxy.idleTimeoutMs) onward.setTimeout(proxy.idleTimeoutMs, () => proxy.closeIdle(outgoing));
      onward.on("response", async (answer) => {
        if (incoming.url?.endsWith(".wasm")) await proxy.holdsFiles;
        if (incoming.url?.startsWith("/live")) answer.on("end", () => (proxy.answers += 1));
        if (incoming.method === "POST" && proxy.losesAnswers > 0) {
          proxy.losesAnswers -= 1;
          answer.resume();
          return badGateway(outgoing);
        }
        if (proxy.buffersResponses) return void buffer(answer, outgoing);
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        if (incoming.url?.endsWith(".wasm") && proxy.stallsFiles > 0) {
          proxy.stallsFiles -= 1;
          return void answer.once("data", (piece) => outgoing.write(piece));
        }
        // Node would hold the headers back until the body starts, which for a long poll takes long.
        outgoing.flushHeaders();
        // If one side closes, so does the other.
        pipeline(answer, outgoing, () => {});
      });
      onward.on("error", () => outgoing.writeHead(502).end());
      outgoing.on("close", () => onward.destroy());
      incoming.pipe(onward);
    });
    server.on("upgrade", (incoming, socket) => {
      if (proxy.blocksSockets) {
        proxy.refusedUpgrades += 1;
        return refuse(socket, "403 Forbidden");
      }
      proxy.forward(target, incoming, socket);
    });
    server.on("connection", (connection) => proxy.networkIsCut && connection.destroy());
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Refuses WebSockets from now on, and closes those that are open. */
  blockSockets(): void {
    this.blocksSockets = true;
    for (const socket of this.sockets) socket.destroy();
  }

  allowSockets(): void {
    this.blocksSockets = false;
  }

  /** Drops all frames on the WebSockets that are open now, as after a laptop has slept. */
  stallSockets(): void {
    for (const socket of this.sockets) this.stalled.add(socket);
  }

  /** Closes all connections and accepts none. */
  cutNetwork(): void {
    this.networkIsCut = true;
    for (const socket of this.sockets) socket.destroy();
    this.server.closeAllConnections();
  }

  restoreNetwork(): void {
    this.networkIsCut = false;
  }

  async close(): Promise<void> {
    const closed = once(this.server, "close");
    this.server.close();
    // This also ends connections that a page opens at this moment.
    this.cutNetwork();
    await closed;
  }

  private closeIdle(connection: { destroy(): void }): void {
    this.idleTimeouts += 1;
    connection.destroy();
  }

  private forward(target: string, incoming: IncomingMessage, socket: Duplex): void {
    const onward = request(new URL(incoming.url ?? "/", target), { headers: incoming.headers });
    socket.on("error", () => onward.destroy());
    onward.on("error", () => refuse(socket, "502 Bad Gateway"));
    onward.on("response", (answer) => refuse(socket, `${answer.statusCode} ${answer.statusMessage}`));
    onward.on("upgrade", (answer, upstream, head) => {
      if (this.networkIsCut) {
        upstream.destroy();
        return void socket.destroy();
      }
      const headers = Object.entries(answer.headers).map(([name, value]) => `${name}: ${value}\r\n`);
      socket.write(`HTTP/1.1 101 Switching Protocols\r\n${headers.join("")}\r\n`);
      socket.write(head);
      this.sockets.add(socket);
      socket.on("close", () => this.sockets.delete(socket));
      // If one side closes, so does the other.
      const dropping = () =>
        new Transform({
          transform: (chunk, _, pass) => {
            if (this.dropsFrames || this.stalled.has(socket)) pass();
            else pass(null, chunk);
          },
        });
      pipeline(upstream, dropping(), socket, () => socket.destroy());
      pipeline(socket, dropping(), upstream, () => upstream.destroy());
      if (this.idleTimeoutMs) upstream.setTimeout(this.idleTimeoutMs, () => this.closeIdle(socket));
    });
    onward.end();
  }
}

/** Forwards a response once it is complete. */
async function buffer(answer: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const pieces: Buffer[] = [];
  for await (const piece of answer) pieces.push(piece as Buffer);
  outgoing.writeHead(answer.statusCode ?? 502, answer.headers).end(Buffer.concat(pieces));
}

/**
 * Answers as if the shop could not be reached.
 *
 * The answer has the shop's opener policy. Without it, a browser shows the answer in another process,
 * and WebKitGTK's driver loses the page when the test goes back.
 */
function badGateway(outgoing: ServerResponse): void {
  const headers = { "content-type": "text/html", "cross-origin-opener-policy": "same-origin" };
  outgoing.writeHead(502, headers).end("<h1>Bad gateway</h1>");
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
}
