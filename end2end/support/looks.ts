// The looks in which pages are checked: light or dark, wide or narrow.

export const WIDE = { width: 1280, height: 800 };
/** 1280 pixels at 400 % zoom, or a small phone. */
export const NARROW = { width: 320, height: 640 };
/** 1280 pixels at 200 % zoom. */
export const ZOOMED = { width: 640, height: 400 };

export interface Look {
  colorScheme: "light" | "dark";
  viewport: { width: number; height: number };
}

export const LOOKS: readonly Look[] = [
  { colorScheme: "light", viewport: WIDE },
  { colorScheme: "dark", viewport: NARROW },
  { colorScheme: "light", viewport: NARROW },
  { colorScheme: "dark", viewport: WIDE },
];

export const describeLook = ({ colorScheme, viewport }: Look) => `${colorScheme}, ${viewport.width} px`;
