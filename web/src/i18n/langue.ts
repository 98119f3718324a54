/** Which language the page speaks: that of the address (`lg=en`), else the one chosen before, else French. */
import { adresse } from "../adresse";
import { type Langue, langue, setStrings } from "./index.svelte";

const STORE = "gisement.langue";

/** A language of an address or of the store; null when it is none of ours. */
export const asLangue = (text: string | null): Langue | null => (text === "fr" || text === "en" ? text : null);

function kept(): Langue | null {
  try {
    return asLangue(localStorage.getItem(STORE));
  } catch {
    return null;
  }
}

/** Reads the strings before anything is shown, so that no text is first in one language, then in another. */
export async function readLangue(): Promise<void> {
  const asked = asLangue(adresse.url.searchParams.get("lg")) ?? kept() ?? "fr";
  if (asked === "en") {
    // A page in French is better than none.
    const strings = await import("./en").catch(() => null);
    if (strings) setStrings(strings.en, "en");
  }
  document.documentElement.lang = langue();
}

/** An address of the application with its language: said when it was asked for, or is not that of most readers. */
export function withLangue(address: string): string {
  const asked = asLangue(adresse.url.searchParams.get("lg"));
  if (!asked && langue() === "fr") return address;
  return `${address}${address.includes("?") ? "&" : "?"}lg=${asked ?? langue()}`;
}

/**
 * The same page in the other language. It is read again: what was said once (the names on the map, the title of the
 * window, what is kept in a variable) is said anew, and the address holds the rest of the state.
 */
export function chooseLangue(next: Langue): void {
  try {
    localStorage.setItem(STORE, next);
  } catch {
    // Storage may be forbidden: the address holds the choice.
  }
  const { url } = adresse;
  url.searchParams.set("lg", next);
  adresse.aller(url.pathname + url.search, false);
}
