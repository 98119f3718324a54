/** Single-key shortcuts: only outside fields, and off when the reader says so (WCAG 2.1.4). */
const STORE = "gisement.raccourcis";

export function shortcutsOn(): boolean {
  try {
    return localStorage.getItem(STORE) !== "non";
  } catch {
    return true;
  }
}

export function setShortcuts(on: boolean): void {
  try {
    localStorage.setItem(STORE, on ? "oui" : "non");
  } catch {
    // Storage may be forbidden: the choice then lasts as long as the page.
  }
}

export function inField(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest("input, select, textarea, [contenteditable]") !== null;
}
