// Debian's Firefox, over WebDriver BiDi. One browser for all people of a worker, each in a
// user context; a second one, when it is needed, for those who have switched script off.

import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chord, pointer, typing } from "./actions.ts";
import { Bidi } from "./bidi.ts";
import type { Engine, Person, Tab } from "./engine.ts";
import { mustExist, start, stop, whenItSays } from "./processes.ts";
import { overJson } from "./script.ts";

export class Firefox implements Engine {
  // It decides before `pagehide`, the first a page hears of being left: an open socket, a waiting
  // request, a lock held or only queued for, each is against it (MOZ_LOG=SHIPBFCache:4 says so).
  readonly keepsLivePages = false;
  private readonly browsers = new Map<boolean, Promise<Browser>>();

  constructor() {
    mustExist("/usr/bin/firefox-esr", "firefox-esr");
  }

  async newPerson({ javaScriptEnabled }: { javaScriptEnabled: boolean }): Promise<Person> {
    // Firefox has a switch for script, but for the whole browser: BiDi's for one context it
    // does not know yet (emulation.setScriptingEnabled).
    let browser = this.browsers.get(javaScriptEnabled);
    if (!browser) {
      browser = Browser.start(javaScriptEnabled);
      this.browsers.set(javaScriptEnabled, browser);
    }
    return (await browser).newPerson();
  }

  async close(): Promise<void> {
    await Promise.all([...this.browsers.values()].map(async (browser) => (await browser).close()));
  }
}

/** Whose each window of a browser is. */
type Windows = Map<string, FirefoxPerson>;

/** One running Firefox. */
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
      // Nobody outside is asked.
      "network.captive-portal-service.enabled": false,
      "network.connectivity-service.enabled": false,
      "services.settings.server": "data:,#nobody",
    };
    const lines = Object.entries(settings).map(([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});\n`);
    writeFileSync(join(profile, "user.js"), lines.join(""));
    const words = ["--headless", "--no-remote", "--profile", profile, "--remote-debugging-port=0"];
    const process = start("firefox-esr", words, { HOME: profile });
    const windows: Windows = new Map();
    const url = await whenItSays(process, 2, /BiDi listening on (ws:\S+)/);
    const bidi = await Bidi.connect(url, (_, params) => note(params as LogEntry, windows));
    await bidi.send("session.subscribe", { events: ["log.entryAdded"] });
    return new Browser(process, profile, bidi, windows);
  }

  async newPerson(): Promise<FirefoxPerson> {
    const { userContext } = await this.bidi.send<{ userContext: string }>("browser.createUserContext");
    return new FirefoxPerson(this.bidi, userContext, this.windows);
  }

  async close(): Promise<void> {
    this.bidi.close();
    await stop(this.process);
    rmSync(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** What a console shows: the only event that is subscribed to. */
interface LogEntry {
  level: string;
  text: string;
  source: { context?: string };
}

function note({ level, text, source }: LogEntry, windows: Windows): void {
  if (["error", "warn"].includes(level)) windows.get(source.context ?? "")?.complaints.push(text);
}

class FirefoxPerson implements Person {
  readonly complaints: string[] = [];

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

interface Evaluated {
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
    const { type, result, exceptionDetails } = await this.bidi.send<Evaluated>("script.callFunction", {
      functionDeclaration: overJson(run),
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
