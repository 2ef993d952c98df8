/** Charts become live this far outside of the view, so that they are when the reader comes to them. */
const AHEAD = "400px";

/** Makes the stored charts of the page live, each when it comes into view. */
export function liveCharts(): void {
  const view = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        if (!isIntersecting) continue;
        view.unobserve(target);
        void makeLive(target as HTMLElement);
      }
    },
    { rootMargin: AHEAD },
  );
  for (const place of document.querySelectorAll<HTMLElement>(".chart[data-figure]")) view.observe(place);
}

/** The picture stays where it is if the figure cannot be fetched. */
async function makeLive(place: HTMLElement): Promise<void> {
  const picture = place.querySelector("img");
  const [{ chartWidget }, answer] = await Promise.all([
    import("./chartWidget"),
    fetch(place.dataset.figure ?? ""),
  ]);
  if (!answer.ok || !place.isConnected || !picture) return;
  const { figure, alt } = (await answer.json()) as { figure: unknown; alt: string };
  const { src, width, height } = picture;
  await chartWidget(place, { figure, alt, still: { src, width, height } });
}
