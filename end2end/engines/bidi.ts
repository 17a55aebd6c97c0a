// A client of WebDriver BiDi: <https://www.w3.org/TR/webdriver-bidi/>.

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

/** Hears of the events that were subscribed to. */
type Hear = (method: string, params: unknown) => void;

const PATIENCE_MS = 30_000;

export class Bidi {
  private next = 1;
  private readonly waiting = new Map<number, (answer: Message) => void>();

  private constructor(private readonly socket: WebSocket, hear: Hear) {
    socket.on("message", (text) => {
      const message = JSON.parse(text.toString()) as Message;
      if (message.id !== undefined) this.waiting.get(message.id)?.(message);
      else if (message.method) hear(message.method, message.params);
    });
  }

  /** Connects to a browser and begins the one session with it. */
  static async connect(url: string, hear: Hear): Promise<Bidi> {
    const socket = new WebSocket(`${url}/session`, { perMessageDeflate: false });
    await once(socket, "open");
    const bidi = new Bidi(socket, hear);
    await bidi.send("session.new", { capabilities: {} });
    return bidi;
  }

  /** Sends a command and waits for its result. */
  async send<Result>(method: string, params: object = {}): Promise<Result> {
    const id = this.next++;
    const answer = new Promise<Message>((answered, failed) => {
      const patience = setTimeout(() => failed(new Error(`${method}: no answer`)), PATIENCE_MS);
      this.waiting.set(id, (message) => {
        clearTimeout(patience);
        answered(message);
      });
    });
    this.socket.send(JSON.stringify({ id, method, params }));
    const { type, result, error, message } = await answer.finally(() => this.waiting.delete(id));
    if (type === "error") throw new Error(`${method}: ${error}: ${message}`);
    return result as Result;
  }

  close(): void {
    this.socket.terminate();
  }
}
