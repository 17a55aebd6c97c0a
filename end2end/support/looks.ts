// The looks a page can have: light or dark, wide or narrow.

export const WIDE = { width: 1280, height: 800 };
/** 1280 pixels at 400 %, or a small telephone. */
export const NARROW = { width: 320, height: 640 };
/** 1280 pixels at 200 %. */
export const TWICE = { width: 640, height: 400 };

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

export const named = ({ colorScheme, viewport }: Look) => `${colorScheme}, ${viewport.width} px`;
