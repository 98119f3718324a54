import type { Panneaux } from "../ui/panneaux.svelte";
import type { Cover } from "./carte";

/** Under this width the sheet comes from below. */
export const PHONE = "(max-width: 767px)";

/** Share of the screen the phone's sheet takes when it opens. */
export const DETENT = 0.72;

/**
 * How much of the map the panels cover. Its canvas begins where the panels that never fold end, so that opening one
 * resizes nothing. Widths are those of tokens.css, read rather than repeated.
 */
export function cover(panneaux: Panneaux, element: HTMLElement): Cover {
  const none: Cover = { top: 0, right: 0, bottom: 0, left: 0 };
  const fiche = panneaux.fiche();
  if (panneaux.telephone) {
    return fiche ? { ...none, top: 64, bottom: Math.round(element.clientHeight * DETENT) } : none;
  }
  const style = getComputedStyle(element);
  const px = (name: string) => Number.parseFloat(style.getPropertyValue(name)) || 0;
  const left = panneaux.filtres ? px("--filters") : px("--rail");
  const right = fiche ? px("--sheet") + px("--sheet-right") : panneaux.liste ? px("--list") : 0;
  return { ...none, left: Math.max(0, left - px("--map-left")), right: Math.max(0, right - px("--map-right")) };
}
