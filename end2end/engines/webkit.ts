// Debian's WebKitGTK, over classic WebDriver, on a display that nobody sees. A driver has one
// session, and a session is one browser: so each person has a driver of their own.

import type { ChildProcess } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { once } from "node:events";
import { join } from "node:path";
import { chord, pointer, typing } from "./actions.ts";
import { Classic } from "./classic.ts";
import type { Engine, Person, Tab } from "./engine.ts";
import { mustExist, start, stop, whenItSays } from "./processes.ts";
import { overJson } from "./script.ts";

export class WebKit implements Engine {
  readonly keepsLivePages = true;

  private constructor(private readonly screen: ChildProcess, private readonly display: string) {}

  static async start(): Promise<WebKit> {
    mustExist("/usr/bin/WebKitWebDriver", "webkit2gtk-driver");
    mustExist("/usr/bin/Xvfb", "xvfb");
    // It looks for a display that is free, and says which.
    const screen = start("Xvfb", ["-displayfd", "3", "-screen", "0", "1280x1024x24", "-nolisten", "tcp"]);
    return new WebKit(screen, `:${await whenItSays(screen, 3, /(\d+)\n/)}`);
  }

  async newPerson({ javaScriptEnabled }: { javaScriptEnabled: boolean }): Promise<Person> {
    return WebKitPerson.start(this.display, javaScriptEnabled);
  }

  async close(): Promise<void> {
    await stop(this.screen);
  }
}

class WebKitPerson implements Person {
  readonly complaints: string[] = [];
  private tabs = 0;
  private last: Promise<unknown> = Promise.resolve();

  private constructor(private readonly driver: ChildProcess, private readonly session: Classic) {}

  static async start(display: string, javaScriptEnabled: boolean): Promise<WebKitPerson> {
    const port = await freePort();
    const driver = start("WebKitWebDriver", [`--port=${port}`], {
      DISPLAY: display,
      LANG: "en_US.UTF-8",
      LANGUAGE: "en_US",
      LIBGL_ALWAYS_SOFTWARE: "1",
      NO_AT_BRIDGE: "1",
    });
    await whenItAnswers(`http://127.0.0.1:${port}/status`);
    const args = ["--automation", "--enable-write-console-messages-to-stdout=true"];
    if (!javaScriptEnabled) args.push("--enable-javascript=false");
    const session = await Classic.newSession(`http://127.0.0.1:${port}`, {
      "webkitgtk:browserOptions": { binary: miniBrowser(), args },
      timeouts: { script: 30_000, pageLoad: 30_000 },
    });
    const person = new WebKitPerson(driver, session);
    driver.stdout?.on("data", (chunk: Buffer) => {
      const lines = chunk.toString().split("\n");
      person.complaints.push(...lines.filter((line) => /^CONSOLE .*(ERROR|WARN)/.test(line)));
    });
    return person;
  }

  async newTab(): Promise<Tab> {
    // The browser comes with a window.
    const first = this.tabs++ === 0;
    const handle = await this.alone(async (session) => {
      if (first) return session.get<string>("/window");
      return (await session.post<{ handle: string }>("/window/new", { type: "window" })).handle;
    });
    return new WebKitTab(handle, (handle, act) =>
      this.alone(async (session) => {
        await session.post("/window", { handle });
        return act(session);
      }),
    );
  }

  async close(): Promise<void> {
    await stop(this.driver);
  }

  /** One command after another: which window they are for is a state of the session. */
  private alone<Result>(act: (session: Classic) => Promise<Result>): Promise<Result> {
    const mine = this.last.then(() => act(this.session));
    this.last = mine.catch(() => undefined);
    return mine;
  }
}

type InWindow = <Result>(handle: string, act: (session: Classic) => Promise<Result>) => Promise<Result>;

class WebKitTab implements Tab {
  constructor(private readonly handle: string, private readonly inWindow: InWindow) {}

  async goto(url: string): Promise<void> {
    await this.post("/url", { url });
  }

  async reload(): Promise<void> {
    await this.post("/refresh");
  }

  async go(steps: -1 | 1): Promise<void> {
    await this.post(steps < 0 ? "/back" : "/forward");
  }

  async evaluate<Result, Argument>(run: (argument: Argument) => Result | Promise<Result>, argument?: Argument): Promise<Result> {
    const script = `return (${overJson(run)})(arguments[0])`;
    return JSON.parse(await this.post<string>("/execute/sync", { script, args: [JSON.stringify([argument])] })) as Result;
  }

  readonly hover = (x: number, y: number) => this.act(pointer(x, y, 0));
  readonly click = (x: number, y: number, times: 1 | 2) => this.act(pointer(x, y, times));
  readonly press = (keys: string) => this.act(chord(keys));
  readonly type = (text: string) => this.act(typing(text));

  async screenshot(): Promise<Buffer> {
    return Buffer.from(await this.inWindow(this.handle, (session) => session.get<string>("/screenshot")), "base64");
  }

  async close(): Promise<void> {
    await this.inWindow(this.handle, (session) => session.delete("/window"));
  }

  private async act(actions: object[]): Promise<void> {
    await this.post("/actions", { actions });
  }

  private post<Result = null>(path: string, body: object = {}): Promise<Result> {
    return this.inWindow(this.handle, (session) => session.post<Result>(path, body));
  }
}

/** WebKitGTK's own small browser, which stands beside its library. */
function miniBrowser(): string {
  const libraries = "/usr/lib";
  const candidates = readdirSync(libraries)
    .map((machine) => join(libraries, machine, "webkit2gtk-4.1/MiniBrowser"))
    .filter((path) => existsSync(path));
  return mustExist(candidates[0] ?? "", "MiniBrowser");
}

/** The driver cannot choose one by itself. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

async function whenItAnswers(url: string): Promise<void> {
  for (const end = Date.now() + 10_000; ; ) {
    try {
      await fetch(url);
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((soon) => setTimeout(soon, 20));
    }
  }
}
