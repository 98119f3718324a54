/** The three heights of the phone's sheet, as shares of the screen (the first is 112 px, see `heights`). */
export type Detent = "apercu" | "moitie" | "plein";
export const DETENTS: readonly Detent[] = ["apercu", "moitie", "plein"];

const PEEK = 112;

export function heights(screen: number): Record<Detent, number> {
  return { apercu: PEEK, moitie: Math.round(screen * 0.72), plein: screen };
}

/** Where a sheet let go at `height` settles; a flick (px per ms, upwards positive) carries it one step further. */
export function settle(height: number, speed: number, screen: number): Detent {
  const at = heights(screen);
  const aimed = height + speed * 180;
  return DETENTS.reduce((best, detent) => (Math.abs(at[detent] - aimed) < Math.abs(at[best] - aimed) ? detent : best));
}

export function step(detent: Detent, by: 1 | -1): Detent {
  return DETENTS[Math.min(DETENTS.length - 1, Math.max(0, DETENTS.indexOf(detent) + by))] ?? detent;
}
