/** Pixels above a figure for its mode bar, so that the bar never covers a title. */
export const BAR = 26;

const CSS = `
.ip-figure { position: relative; box-sizing: content-box; padding-top: ${BAR}px; }
.ip-figure-still { display: block; max-width: 100%; object-fit: contain; object-position: left top; background: #fff; }
.ip-figure [hidden] { display: none; }
.ip-figure-live { overflow: visible; }
.ip-figure-live.ip-mod-hidden { position: absolute; visibility: hidden; }
.ip-figure .modebar-container { top: -${BAR}px !important; }
.ip-figure .modebar--hover:focus-within { opacity: 1; }
.ip-figure .modebar-btn:focus-visible { outline: 2px solid var(--jp-brand-color1); outline-offset: -2px; }
.ip-figure [role="slider"], .ip-figure [role="button"] { outline: none; }
.ip-figure [role="slider"]:focus-visible .slider-grip-rect { stroke: var(--jp-brand-color1) !important; stroke-width: 4px !important; }
.ip-figure [role="button"]:focus-visible rect { stroke: var(--jp-brand-color1) !important; stroke-width: 3px !important; }
.ip-figure-problem { white-space: pre-wrap; margin: 4px 0; color: var(--jp-error-color1); }
`;

/** Adds the renderer's few rules to the page, once. */
export function addStyle(): void {
  const id = "intrinsic-params-charts-style";
  if (document.getElementById(id)) return;
  const style = document.createElement("style");
  style.id = id;
  style.textContent = CSS;
  document.head.append(style);
}
