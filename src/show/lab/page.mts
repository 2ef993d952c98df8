import type { Measure } from "./fitted.mjs";
import type { Theme } from "./themed.mjs";

/** The colours of JupyterLab's theme as they are now. */
export function pageTheme(): Theme {
  const style = getComputedStyle(document.body);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  return {
    ground: colour("--jp-layout-color0") || "#ffffff",
    text: colour("--jp-content-font-color1") || "#222222",
  };
}

/** Calls back when JupyterLab's theme changes; returns a function that stops this. */
export function onThemeChange(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  observer.observe(document.body, { attributeFilter: ["data-jp-theme-light", "data-jp-theme-name"] });
  return () => observer.disconnect();
}

let context: CanvasRenderingContext2D | null | undefined;

/** The width of a text as the browser draws it. */
export const measureText: Measure = (text, { size, family }) => {
  context ??= document.createElement("canvas").getContext("2d");
  if (!context) return text.length * size * 0.6;
  context.font = `${size}px ${family}`;
  return context.measureText(text).width;
};
