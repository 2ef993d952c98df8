/** Red, green and blue from 0 to 255, opacity from 0 to 1. */
export type Colour = readonly [red: number, green: number, blue: number, opacity: number];

/** Reads `#rgb`, `#rrggbb`, `#rrggbbaa`, `rgb(…)`, `rgba(…)`, black and white; undefined for any other text. */
export function readColour(text: unknown): Colour | undefined {
  if (typeof text !== "string") return undefined;
  const css = text.trim().toLowerCase();
  if (css === "white") return [255, 255, 255, 1];
  if (css === "black") return [0, 0, 0, 1];
  const hex = /^#(?:([0-9a-f]{3,4})|([0-9a-f]{6}|[0-9a-f]{8}))$/.exec(css);
  if (hex) {
    const digits = hex[2] ?? [...hex[1]].map((digit) => digit + digit).join("");
    const [r, g, b, a = 255] = [...digits.matchAll(/../g)].map(([pair]) => Number.parseInt(pair, 16));
    return [r, g, b, a / 255];
  }
  const parts = /^rgba?\(([^)]*)\)$/
    .exec(css)?.[1]
    .split(/[\s,/]+/)
    .filter(Boolean);
  if (parts?.length !== 3 && parts?.length !== 4) return undefined;
  const [r, g, b, a = 1] = parts.map((part) =>
    part.endsWith("%") ? Number(part.slice(0, -1)) / 100 : Number(part),
  );
  return [r, g, b, a].some(Number.isNaN) ? undefined : [r, g, b, a];
}

export const writeColour = ([r, g, b, a]: Colour): string =>
  `rgba(${[r, g, b].map((part) => Math.round(part)).join(", ")}, ${Number(a.toFixed(3))})`;

/** Relative luminance as WCAG 2 defines it, 0 for black, 1 for white. */
export function luminance([r, g, b]: Colour): number {
  const [R, G, B] = [r, g, b].map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * R + 0.7152 * G + 0.0722 * B;
}

/** Contrast as WCAG 2 defines it: from 1 (none) to 21 (black on white). */
export function contrast(a: Colour, b: Colour): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

const WHITE: Colour = [255, 255, 255, 1];

/** A colour for a dark ground, from one for white: greys keep their contrast, other colours get `least` : 1 or more. */
export function onDark(colour: Colour, ground: Colour, least: number): Colour {
  const [r, g, b] = colour;
  const grey = Math.max(r, g, b) - Math.min(r, g, b) < 25;
  return standingOut(colour, ground, grey ? Math.min(15, Math.max(least, contrast(colour, WHITE))) : least);
}

/** What is seen where a colour covers the ground, of both opacities together. */
export function over([r, g, b, opacity]: Colour, ground: Colour): Colour {
  const [red, green, blue] = [r, g, b].map((part, i) => ground[i] + (part - ground[i]) * opacity);
  return [red, green, blue, 1];
}

/**
 * A translucent fill for a dark ground, from one for white: the colour of marks that stand out by `least` : 1, with the
 * opacity that lets it stand out as it does from white. `shown` is the part of it that its owner's opacity leaves.
 */
export function fillOnDark(
  [red, green, blue, opacity]: Colour,
  ground: Colour,
  least: number,
  shown = 1,
): Colour {
  const wanted = contrast(over([red, green, blue, opacity * shown], WHITE), WHITE);
  const [r, g, b] = onDark([red, green, blue, 1], ground, Math.max(least, wanted));
  const steps = Array.from({ length: 100 }, (_, i) => (i + 1) / 100);
  const enough = (own: number) => contrast(over([r, g, b, own * shown], ground), ground) >= wanted;
  return [r, g, b, steps.find(enough) ?? 1];
}

/**
 * The colour itself if its contrast with the ground is at least `least`, else the nearest such colour on the way to
 * white or black, whichever is farther from the ground; its opacity stays.
 */
function standingOut(colour: Colour, ground: Colour, least: number): Colour {
  const end = luminance(ground) < 0.18 ? 255 : 0;
  for (let step = 0; step <= 20; step++) {
    const share = step / 20;
    const [r, g, b] = colour.slice(0, 3).map((part) => part + (end - part) * share);
    const moved: Colour = [r, g, b, colour[3]];
    if (contrast(moved, ground) >= least) return moved;
  }
  return [end, end, end, colour[3]];
}
