import type { Cover } from "./carte";

/** Under this width the sheet comes from below. */
export const PHONE = "(max-width: 767px)";

/** Share of the screen the phone's sheet takes when it opens. */
export const DETENT = 0.72;

/** How much of the map the sheet covers. The width is the one of tokens.css, read rather than repeated. */
export function sheetPadding(open: boolean, element: HTMLElement): Partial<Cover> {
  if (!open) return {};
  if (matchMedia(PHONE).matches) return { top: 64, bottom: Math.round(element.clientHeight * DETENT) };
  return { right: Number.parseFloat(getComputedStyle(element).getPropertyValue("--sheet")) || 0 };
}
