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

/**
 * Calls back when JupyterLab's theme changes; returns a function that stops this. JupyterLab may name the new theme before
 * its style sheet counts, or while the old one still does, so style sheets that come, load and go are listened to as well.
 */
export function onThemeChange(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  observer.observe(document.body, { attributeFilter: ["data-jp-theme-light", "data-jp-theme-name"] });
  observer.observe(document.head, { childList: true });
  const loaded = ({ target }: Event) => {
    if (target instanceof HTMLLinkElement) changed();
  };
  document.addEventListener("load", loaded, true);
  return () => {
    observer.disconnect();
    document.removeEventListener("load", loaded, true);
  };
}

let context: CanvasRenderingContext2D | null | undefined;

/** The width of a text as the browser draws it. */
export const measureText: Measure = (text, { size, family }) => {
  context ??= document.createElement("canvas").getContext("2d");
  if (!context) return text.length * size * 0.6;
  context.font = `${size}px ${family}`;
  return context.measureText(text).width;
};
