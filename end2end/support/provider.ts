// A local stand-in for the buzz provider, a search service, with faults on request.

import { createServer, type Server, type ServerResponse } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";

/** How the provider answers: properly, with HTML, with status 500, or only when released. */
export type Behavior = "normal" | "html" | "error" | "held";

export interface Mention {
  secondsAgo: number;
  title?: string;
  by?: string;
}

/** Makes mentions, spread evenly over the last `seconds`. If `rising`, most of them are recent. */
export function mentions(count: number, seconds: number, rising = false): Mention[] {
  return Array.from({ length: count }, (_, number) => {
    const part = number / Math.max(1, count - 1);
    return { secondsAgo: 1 + (seconds - 1) * (rising ? part ** 4 : part), title: `Talk no. ${number}`, by: `somebody${number}` };
  });
}

export class Provider {
  behavior: Behavior = "normal";
  /** The mentions of each term. Other terms have none. */
  readonly mentions = new Map<string, Mention[]>();
  /** The terms requested so far, in order. */
  readonly queries: string[] = [];
  private readonly server: Server;
  private held: (() => void)[] = [];

  private constructor() {
    this.server = createServer((request, answer) => {
      const address = new URL(request.url ?? "/", "http://provider.invalid");
      const term = (address.searchParams.get("query") ?? "").replaceAll('"', "");
      this.queries.push(term);
      if (this.behavior === "held") this.held.push(() => this.answer(answer, term));
      else this.answer(answer, term);
    });
  }

  static async start(): Promise<Provider> {
    const provider = new Provider();
    provider.server.listen(0, "127.0.0.1");
    await once(provider.server, "listening");
    // A provider that is never stopped does not keep the process alive.
    provider.server.unref();
    return provider;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/api/v1`;
  }

  /** Answers the held requests, and all later ones at once. */
  release(): void {
    this.behavior = "normal";
    for (const answer of this.held.splice(0)) answer();
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private answer(answer: ServerResponse, term: string): void {
    if (this.behavior === "error") {
      answer.writeHead(500).end("no");
      return;
    }
    if (this.behavior === "html") {
      answer.writeHead(200, { "content-type": "text/html" }).end("<!DOCTYPE html><title>Down for a while</title>");
      return;
    }
    const now = Date.now() / 1000;
    const found = this.mentions.get(term) ?? [];
    const hits = found.map(({ secondsAgo, title, by }, number) => ({
      objectID: `${1000 + number}`,
      created_at_i: Math.floor(now - secondsAgo),
      title: number % 2 ? null : title,
      story_title: number % 2 ? title : null,
      author: by,
    }));
    answer.writeHead(200, { "content-type": "application/json" });
    answer.end(JSON.stringify({ hits, nbHits: hits.length, page: 0, hitsPerPage: 100, query: term }));
  }
}
