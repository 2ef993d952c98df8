import { keep } from "./kept";

/** The reader's choice of light or dark, kept for the next visit; without one, the system's. */
const KEY = "theme";
type Theme = "light" | "dark";

const system = matchMedia("(prefers-color-scheme: dark)");

/** The colours that the page has now. */
export function currentTheme(): Theme {
  const chosen = document.documentElement.dataset.theme;
  if (chosen === "light" || chosen === "dark") return chosen;
  return system.matches ? "dark" : "light";
}

/** Makes the button switch between light and dark, and tells what watches the page of every change. */
export function switchTheme(button: HTMLButtonElement): void {
  const tell = () => {
    const theme = currentTheme();
    button.textContent = theme === "dark" ? "☀" : "☾";
    button.setAttribute("aria-label", theme === "dark" ? "Use light colours" : "Use dark colours");
    // What the charts' renderer listens to, as JupyterLab names it.
    document.body.dataset.jpThemeLight = String(theme === "light");
  };
  button.addEventListener("click", () => {
    const next: Theme = currentTheme() === "dark" ? "light" : "dark";
    document.documentElement.dataset.theme = next;
    keep(KEY, next);
    tell();
  });
  system.addEventListener("change", tell);
  button.hidden = false;
  tell();
}
