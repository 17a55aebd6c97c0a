// Mouse and keyboard input for WebDriver: <https://www.w3.org/TR/webdriver2/#actions>.

/** The code points that WebDriver assigns to keys that type no character. */
const KEYS: Record<string, string> = {
  ArrowDown: "\uE015",
  ArrowUp: "\uE013",
  Backspace: "\uE003",
  Control: "\uE009",
  Delete: "\uE017",
  Enter: "\uE007",
  Escape: "\uE00C",
  Shift: "\uE008",
  Tab: "\uE004",
};

/** The code points of a combination such as `Control+a`. */
export function codePoints(keys: string): string[] {
  return keys.split("+").map((key) => KEYS[key] ?? key);
}

/** Moves the pointer to a point in the window and clicks there. */
export function pointer(x: number, y: number, clicks: number): object[] {
  const move = { type: "pointerMove", x, y, duration: 0 };
  const click = [{ type: "pointerDown", button: 0 }, { type: "pointerUp", button: 0 }];
  const actions = [move, ...Array.from({ length: clicks }, () => click).flat()];
  return [{ type: "pointer", id: "mouse", parameters: { pointerType: "mouse" }, actions }];
}

/** Holds the keys of a combination down together. */
export function chord(keys: string): object[] {
  const values = codePoints(keys);
  const down = values.map((value) => ({ type: "keyDown", value }));
  const up = values.toReversed().map((value) => ({ type: "keyUp", value }));
  return keyboard([...down, ...up]);
}

/** Types a text, one key after another. */
export function typing(text: string): object[] {
  return keyboard([...text].flatMap((value) => [{ type: "keyDown", value }, { type: "keyUp", value }]));
}

function keyboard(actions: object[]): object[] {
  return [{ type: "key", id: "keyboard", actions }];
}
