// Records a page's errors and warnings in the page itself, for an engine whose console cannot be
// read: WebKitGTK's messages do not appear in its driver's output (docs/decisions/0020).
//
// Recording starts when a test first queries a document, so earlier errors are missed.

/** The body of a function that calls `run` with its argument, and returns the result and the new console errors. */
export function recordConsole(run: Function): string {
  return `return (${callAndRecord})((${run}), arguments[0])`;
}

function callAndRecord(run: (argument: unknown) => unknown, argument: unknown): unknown {
  const page = globalThis as { consoleErrors?: string[] };
  const record = (text: unknown) => page.consoleErrors?.push(String(text));
  if (!page.consoleErrors) {
    page.consoleErrors = [];
    for (const level of ["error", "warn"] as const) {
      const log = console[level].bind(console);
      console[level] = (...parts) => {
        record(parts.join(" "));
        log(...parts);
      };
    }
    addEventListener("error", (event) => record(event.message));
    // WebKit itself rejects a promise of each view transition that it skips.
    const isSkippedTransition = (reason: unknown) => /^AbortError: .*view transition/.test(String(reason));
    addEventListener("unhandledrejection", ({ reason }) => isSkippedTransition(reason) || record(reason));
    addEventListener("securitypolicyviolation", (event) => record(`${event.violatedDirective}: ${event.blockedURI}`));
  }
  // This does not use `await`: in a page without JavaScript, no promise is ever fulfilled.
  const result = run(argument);
  const answer = (result: unknown) => [result, page.consoleErrors?.splice(0) ?? []];
  return result instanceof Promise ? result.then(answer) : answer(result);
}
