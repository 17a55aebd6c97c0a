// A client of classic WebDriver: <https://www.w3.org/TR/webdriver2/>.

export class Classic {
  private constructor(private readonly address: string) {}

  /** Begins a session; some drivers have no more than one at a time. */
  static async newSession(driver: string, capabilities: object): Promise<Classic> {
    const session = await call<{ sessionId: string }>("POST", `${driver}/session`, {
      capabilities: { alwaysMatch: capabilities },
    });
    return new Classic(`${driver}/session/${session.sessionId}`);
  }

  get<Result>(path: string): Promise<Result> {
    return call("GET", this.address + path);
  }

  post<Result = null>(path: string, body: object = {}): Promise<Result> {
    return call("POST", this.address + path, body);
  }

  delete(path = ""): Promise<unknown> {
    return call("DELETE", this.address + path);
  }
}

async function call<Result>(method: string, url: string, body?: object): Promise<Result> {
  const answer = await fetch(url, { method, body: body && JSON.stringify(body), signal: AbortSignal.timeout(40_000) });
  const { value } = (await answer.json()) as { value: unknown };
  if (!answer.ok) {
    const { error, message } = value as { error: string; message: string };
    throw new Error(`${method} ${new URL(url).pathname}: ${error}: ${message}`);
  }
  return value as Result;
}
