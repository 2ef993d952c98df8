/** What may be wider than the page and is then scrolled by itself. */
const WIDE = ".katex-display, .prose p, .prose li";

/** Lets the keyboard reach each part of the page that is scrolled sideways, as long as it is. */
export function scrollable(): void {
  const look = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      if (target.scrollWidth > target.clientWidth) target.setAttribute("tabindex", "0");
      else target.removeAttribute("tabindex");
    }
  });
  for (const part of document.querySelectorAll(WIDE)) look.observe(part);
}
