// A client for WebDriver BiDi: <https://www.w3.org/TR/webdriver-bidi/>.
//
// docs/decisions/0020 says why no library does this.

import { once } from "node:events";
import WebSocket from "ws";

interface Message {
  id?: number;
  type: "success" | "error" | "event";
  result?: unknown;
  error?: string;
  message?: string;
  method?: string;
  params?: unknown;
}

type EventListener = (method: string, params: unknown) => void;

const TIMEOUT_MS = 30_000;

export class Bidi {
  private nextId = 1;
  private readonly pending = new Map<number, (answer: Message) => void>();

  private constructor(private readonly socket: WebSocket, onEvent: EventListener) {
    socket.on("message", (text) => {
      const message = JSON.parse(text.toString()) as Message;
      if (message.id !== undefined) this.pending.get(message.id)?.(message);
      else if (message.method) onEvent(message.method, message.params);
    });
  }

  /** Connects to a browser and starts its one session. */
  static async connect(url: string, onEvent: EventListener): Promise<Bidi> {
    const socket = new WebSocket(`${url}/session`, { perMessageDeflate: false });
    await once(socket, "open");
    const bidi = new Bidi(socket, onEvent);
    await bidi.send("session.new", { capabilities: {} });
    return bidi;
  }

  /** Sends a command and waits for its result. */
  async send<Result>(method: string, params: object = {}): Promise<Result> {
    const id = this.nextId++;
    const answer = new Promise<Message>((resolve, reject) => {
      const timeout = setTimeout(() => reject(new Error(`${method}: no answer`)), TIMEOUT_MS);
      this.pending.set(id, (message) => {
        clearTimeout(timeout);
        resolve(message);
      });
    });
    this.socket.send(JSON.stringify({ id, method, params }));
    const { type, result, error, message } = await answer.finally(() => this.pending.delete(id));
    if (type === "error") throw new Error(`${method}: ${error}: ${message}`);
    return result as Result;
  }

  close(): void {
    this.socket.terminate();
  }
}
