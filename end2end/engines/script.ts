// A function that runs in a page: both WebDrivers take it as text, and hand its result back as text.

/** The text of a function that takes its argument and gives its result as JSON. */
export function overJson(run: Function): string {
  // Nothing here may wait: where a page has no script, its promises never come true.
  return `(json) => {
    const result = (${run})(...JSON.parse(json));
    const text = (value) => JSON.stringify(value === undefined ? null : value);
    return result instanceof Promise ? result.then(text) : text(result);
  }`;
}
