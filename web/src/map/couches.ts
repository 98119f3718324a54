/** Layers over the parcels that a reader can show or hide, with the layers of the style that draw each. */
export const COUCHES = ["contraintes", "zonage", "friches", "zae"] as const;
export type Couche = (typeof COUCHES)[number];

/** The zones' outlines are many: they come when asked for. */
export const COUCHES_DEFAUT: readonly Couche[] = ["contraintes", "friches", "zae"];

export const STYLE: Readonly<Record<Couche, readonly string[]>> = {
  contraintes: ["contrainte", "contrainte-interdiction", "contrainte-bord"],
  zonage: ["zonage-fond", "zonage-bord"],
  friches: ["friche", "friche-bord", "friche-potentielle", "friche-point", "friche-nom"],
  zae: ["zae-bande", "zae-bord", "zae-nom"],
};

/** Colours of the zones of a plan. */
export const ZONES = { U: "#A33A2C", AU: "#B0740F", A: "#7A7A18", N: "#2E7D43" } as const;

/** `friches,zae`; null when the value means nothing. */
export function lireCouches(text: string): Couche[] | null {
  if (text === "aucune") return [];
  const asked = text.split(",");
  const found = COUCHES.filter((couche) => asked.includes(couche));
  return found.length === asked.length ? found : null;
}

/** Null for those shown by default. */
export function ecrireCouches(couches: readonly Couche[]): string | null {
  const shown = COUCHES.filter((couche) => couches.includes(couche));
  if (shown.join() === COUCHES_DEFAUT.join()) return null;
  return shown.join(",") || "aucune";
}
