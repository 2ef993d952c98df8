/** Makes an element with properties, attributes (`aria-…`, `data-…`, `role`) and children. */
export function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  properties: Record<string, unknown> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties))
    if (/^(aria-|data-|role$)/.test(key)) element.setAttribute(key, String(value));
    else Object.assign(element, { [key]: value });
  element.append(...children);
  return element;
}

/** An element that the page must have. @throws Error naming what is not there. */
export function need<T extends Element = HTMLElement>(selector: string, within: ParentNode = document): T {
  const found = within.querySelector<T>(selector);
  if (!found) throw new Error(`The page must have ${selector}; it has none.`);
  return found;
}
