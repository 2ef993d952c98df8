import type { LiveFigure, Plotly } from "./plotly.mjs";

type Slider = {
  active?: number;
  currentvalue?: { prefix?: string; suffix?: string };
  steps?: {
    label?: string;
    value?: string;
    visible?: boolean;
    method?: string;
    args?: unknown[];
    execute?: boolean;
  }[];
};

/** JupyterLab uses the arrow keys itself on elements without this attribute. */
const OWN_KEYS = "data-lm-suppress-shortcuts";

/**
 * Makes a figure's sliders and buttons usable by keyboard, and tells assistive technology what they are.
 * Call it after every drawing: Plotly may replace these elements at any time.
 */
export function answerKeyboard(graph: LiveFigure, plotly: Plotly, failed: (error: unknown) => void): void {
  graph.querySelectorAll<SVGElement>(".slider-group").forEach((group, index) => {
    const slider = slidersOf(graph)[index];
    if (!slider?.steps) return;
    describeSlider(group, slider, slider.steps);
    if (group.hasAttribute(OWN_KEYS)) return;
    group.setAttribute(OWN_KEYS, "true");
    group.addEventListener("keydown", (event) => {
      const now = slidersOf(graph)[index];
      const target = targetOf(event, now);
      if (target === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      if (target === (now.active ?? 0)) return;
      moveSlider(graph, plotly, index, target).catch(failed);
    });
  });
  for (const button of graph.querySelectorAll<SVGElement>(
    ".updatemenu-header, .updatemenu-button, .updatemenu-dropdown-button",
  ))
    answerAsButton(button);
}

function describeSlider(group: SVGElement, slider: Slider, steps: NonNullable<Slider["steps"]>): void {
  const { prefix = "" } = slider.currentvalue ?? {};
  const active = slider.active ?? 0;
  const attributes = {
    tabindex: "0",
    role: "slider",
    "aria-orientation": "horizontal",
    "aria-label": prefix.replace(/[\s=:]+$/, "") || "slider",
    "aria-valuemin": "0",
    "aria-valuemax": String(steps.length - 1),
    "aria-valuenow": String(active),
    "aria-valuetext": `${prefix}${steps[active]?.label ?? active}`,
  };
  for (const [name, value] of Object.entries(attributes)) group.setAttribute(name, value);
}

function targetOf(
  { key, ctrlKey, altKey, metaKey }: KeyboardEvent,
  slider: Slider | undefined,
): number | undefined {
  if (!slider?.steps || ctrlKey || altKey || metaKey) return undefined;
  const last = slider.steps.length - 1;
  const active = slider.active ?? 0;
  const page = Math.max(1, Math.round(last / 10));
  const to = new Map([
    ["ArrowRight", active + 1],
    ["ArrowUp", active + 1],
    ["ArrowLeft", active - 1],
    ["ArrowDown", active - 1],
    ["PageUp", active + page],
    ["PageDown", active - page],
    ["Home", 0],
    ["End", last],
  ]).get(key);
  return to === undefined ? undefined : Math.min(last, Math.max(0, to));
}

/** Moves a slider as a click on its rail would. */
export async function moveSlider(
  graph: LiveFigure,
  plotly: Plotly,
  index: number,
  target: number,
): Promise<void> {
  const slider = slidersOf(graph)[index];
  const step = slider?.steps?.[target];
  if (!step) return;
  await plotly.relayout(graph, { [`sliders[${index}].active`]: target });
  const { method = "restyle", args = [], execute = true } = step;
  if (!execute || !isMethod(method)) return;
  await plotly[method](graph, ...args);
}

const METHODS = ["restyle", "relayout", "update", "animate"] as const;
const isMethod = (name: string): name is (typeof METHODS)[number] =>
  (METHODS as readonly string[]).includes(name);

export const slidersOf = (graph: LiveFigure): Slider[] => (graph._fullLayout?.sliders ?? []) as Slider[];

function answerAsButton(button: SVGElement): void {
  button.setAttribute("tabindex", "0");
  button.setAttribute("role", "button");
  button.setAttribute("aria-label", button.textContent ?? "");
  if (button.hasAttribute(OWN_KEYS)) return;
  button.setAttribute(OWN_KEYS, "true");
  button.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    event.stopPropagation();
    button.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, view: window }));
  });
}
