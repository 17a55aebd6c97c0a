// Debian's Firefox, driven over WebDriver BiDi. A worker runs one browser for all contexts, and a
// second one for contexts without JavaScript.

import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chord, pointer, typing } from "./actions.ts";
import { Bidi } from "./bidi.ts";
import type { BrowserContext, Engine, Tab } from "./engine.ts";
import { requireProgram, start, stop, waitForOutput } from "./processes.ts";

export class Firefox implements Engine {
  // Firefox decides before `pagehide` whether to cache a page, so the page cannot prepare for it. An
  // open socket, a pending request, or a lock held or requested keeps the page out of the cache (see
  // MOZ_LOG=SHIPBFCache:4).
  readonly cachesConnectedPages = false;
  readonly narrowest = 320;
  private readonly browsers = new Map<boolean, Promise<Browser>>();

  constructor() {
    requireProgram("/usr/bin/firefox-esr", "firefox-esr");
  }

  async newContext({ javaScriptEnabled }: { javaScriptEnabled: boolean }): Promise<BrowserContext> {
    // Firefox turns JavaScript off only for a whole browser: it does not support BiDi's
    // emulation.setScriptingEnabled yet.
    let browser = this.browsers.get(javaScriptEnabled);
    if (!browser) {
      browser = Browser.start(javaScriptEnabled);
      this.browsers.set(javaScriptEnabled, browser);
    }
    return (await browser).newContext();
  }

  async close(): Promise<void> {
    await Promise.all([...this.browsers.values()].map(async (browser) => (await browser).close()));
  }
}

/** The context that each window of a browser belongs to. */
type Windows = Map<string, FirefoxContext>;

/** A running Firefox. */
class Browser {
  private constructor(
    private readonly process: ChildProcess,
    private readonly profile: string,
    private readonly bidi: Bidi,
    private readonly windows: Windows,
  ) {}

  static async start(javaScriptEnabled: boolean): Promise<Browser> {
    const profile = mkdtempSync(join(tmpdir(), "burts-firefox-"));
    const settings = {
      "javascript.enabled": javaScriptEnabled,
      "intl.accept_languages": "en-US, en",
      // These settings prevent requests to the internet.
      "network.captive-portal-service.enabled": false,
      "network.connectivity-service.enabled": false,
      "services.settings.server": "data:,#nobody",
    };
    const lines = Object.entries(settings).map(([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});\n`);
    writeFileSync(join(profile, "user.js"), lines.join(""));
    const args = ["--headless", "--no-remote", "--profile", profile, "--remote-debugging-port=0"];
    const process = start("firefox-esr", args, { HOME: profile });
    const windows: Windows = new Map();
    const url = await waitForOutput(process, 2, /BiDi listening on (ws:\S+)/);
    const bidi = await Bidi.connect(url, (_, params) => recordEntry(params as LogEntry, windows));
    await bidi.send("session.subscribe", { events: ["log.entryAdded"] });
    return new Browser(process, profile, bidi, windows);
  }

  async newContext(): Promise<FirefoxContext> {
    const { userContext } = await this.bidi.send<{ userContext: string }>("browser.createUserContext");
    return new FirefoxContext(this.bidi, userContext, this.windows);
  }

  async close(): Promise<void> {
    this.bidi.close();
    await stop(this.process);
    rmSync(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** The parameters of `log.entryAdded`, the only event subscribed to. */
interface LogEntry {
  level: string;
  text: string;
  source: { context?: string };
}

function recordEntry({ level, text, source }: LogEntry, windows: Windows): void {
  if (["error", "warn"].includes(level)) windows.get(source.context ?? "")?.consoleErrors.push(text);
}

class FirefoxContext implements BrowserContext {
  readonly consoleErrors: string[] = [];

  constructor(
    private readonly bidi: Bidi,
    private readonly userContext: string,
    private readonly windows: Windows,
  ) {}

  async newTab(): Promise<Tab> {
    const { userContext } = this;
    const { context } = await this.bidi.send<{ context: string }>("browsingContext.create", { type: "window", userContext });
    this.windows.set(context, this);
    return new FirefoxTab(this.bidi, context);
  }

  async close(): Promise<void> {
    await this.bidi.send("browser.removeUserContext", { userContext: this.userContext });
  }
}

interface EvaluateResult {
  type: "success" | "exception";
  result?: { value: string };
  exceptionDetails?: { text: string };
}

class FirefoxTab implements Tab {
  constructor(private readonly bidi: Bidi, private readonly context: string) {}

  async goto(url: string): Promise<void> {
    await this.send("browsingContext.navigate", { url, wait: "complete" });
  }

  async reload(): Promise<void> {
    await this.send("browsingContext.reload", { wait: "complete" });
  }

  async go(delta: -1 | 1): Promise<void> {
    await this.send("browsingContext.traverseHistory", { delta });
  }

  async evaluate<Result, Argument>(run: (argument: Argument) => Result | Promise<Result>, argument?: Argument): Promise<Result> {
    const { type, result, exceptionDetails } = await this.bidi.send<EvaluateResult>("script.callFunction", {
      functionDeclaration: jsonFunction(run),
      arguments: [{ type: "string", value: JSON.stringify([argument]) }],
      awaitPromise: true,
      target: { context: this.context },
    });
    if (type === "exception" || !result) throw new Error(exceptionDetails?.text ?? "no result");
    return JSON.parse(result.value) as Result;
  }

  readonly hover = (x: number, y: number) => this.act(pointer(x, y, 0));
  readonly click = (x: number, y: number, times: 1 | 2) => this.act(pointer(x, y, times));
  readonly press = (keys: string) => this.act(chord(keys));
  readonly type = (text: string) => this.act(typing(text));

  async screenshot(): Promise<Buffer> {
    const { data } = await this.send<{ data: string }>("browsingContext.captureScreenshot");
    return Buffer.from(data, "base64");
  }

  async resize(width: number, height: number): Promise<void> {
    await this.send("browsingContext.setViewport", { viewport: { width, height } });
  }

  async close(): Promise<void> {
    await this.send("browsingContext.close");
  }

  private async act(actions: object[]): Promise<void> {
    await this.send("input.performActions", { actions });
  }

  private send<Result>(method: string, params: object = {}): Promise<Result> {
    return this.bidi.send(method, { context: this.context, ...params });
  }
}

/** The source of a function that takes its argument and returns its result as JSON. */
function jsonFunction(run: Function): string {
  // This does not use `await`: in a page without JavaScript, no promise is ever fulfilled.
  return `(json) => {
    const result = (${run})(...JSON.parse(json));
    const text = (value) => JSON.stringify(value === undefined ? null : value);
    return result instanceof Promise ? result.then(text) : text(result);
  }`;
}
