/** Names of the map's sources. */
export const DONNEES = { source: "donnees" } as const;
export const SELECTION = { source: "selection" } as const;
export const LIMITES = { source: "limites" } as const;
export const PERIMETRE = { source: "perimetre" } as const;
export const RANGS = { source: "rangs" } as const;
export const NUMEROS = { source: "numeros" } as const;
export const ETIQUETTES = { source: "etiquettes" } as const;

/** Families declared in fonts.css; MapLibre reads the weight out of the name. */
export const MEDIUM = ["Gisement Medium"];
export const SEMIBOLD = ["Gisement SemiBold"];

export const HALO = { "text-halo-color": "#FBFAF8", "text-halo-width": 1.6 } as const;
export const ACCENT = "#3440C9";
export const INK = "#15181D";
