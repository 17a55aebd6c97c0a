// A small search service on this machine, which answers as the public one does, or as nobody should.

import { createServer, type Server, type ServerResponse } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";

/** How it answers. */
export type Manner = "as it should" | "with a page" | "with an error" | "when it is told to";

export interface Mention {
  /** How many seconds ago. */
  ago: number;
  title?: string;
  by?: string;
}

/** As many as this, evenly over this time; or most of them in the end of it. */
export function talk(count: number, seconds: number, rising = false): Mention[] {
  return Array.from({ length: count }, (_, number) => {
    const part = number / Math.max(1, count - 1);
    return { ago: 1 + (seconds - 1) * (rising ? part ** 4 : part), title: `Talk no. ${number}`, by: `somebody${number}` };
  });
}

export class Provider {
  manner: Manner = "as it should";
  /** What is said of a term; of all others nobody has said anything. */
  readonly said = new Map<string, Mention[]>();
  /** The terms that were asked for, in order. */
  readonly asked: string[] = [];
  private readonly server: Server;
  private waiting: (() => void)[] = [];

  private constructor() {
    this.server = createServer((request, answer) => {
      const address = new URL(request.url ?? "/", "http://provider.invalid");
      const term = (address.searchParams.get("query") ?? "").replaceAll('"', "");
      this.asked.push(term);
      if (this.manner === "when it is told to") this.waiting.push(() => this.answer(answer, term));
      else this.answer(answer, term);
    });
  }

  static async start(): Promise<Provider> {
    const provider = new Provider();
    provider.server.listen(0, "127.0.0.1");
    await once(provider.server, "listening");
    // Whoever does not stop it is not held up by it.
    provider.server.unref();
    return provider;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/api/v1`;
  }

  /** Answers whoever waits, and from now on at once. */
  release(): void {
    this.manner = "as it should";
    for (const answer of this.waiting.splice(0)) answer();
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private answer(answer: ServerResponse, term: string): void {
    if (this.manner === "with an error") {
      answer.writeHead(500).end("no");
      return;
    }
    if (this.manner === "with a page") {
      answer.writeHead(200, { "content-type": "text/html" }).end("<!DOCTYPE html><title>Down for a while</title>");
      return;
    }
    const now = Date.now() / 1000;
    const said = this.said.get(term) ?? [];
    const hits = said.map(({ ago, title, by }, number) => ({
      objectID: `${1000 + number}`,
      created_at_i: Math.floor(now - ago),
      title: number % 2 ? null : title,
      story_title: number % 2 ? title : null,
      author: by,
    }));
    answer.writeHead(200, { "content-type": "application/json" });
    answer.end(JSON.stringify({ hits, nbHits: hits.length, page: 0, hitsPerPage: 100, query: term }));
  }
}
