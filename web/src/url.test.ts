import { describe, expect, it } from "vitest";
import { DEMANDE } from "./list/etat";
import { COUCHES_DEFAUT } from "./map/couches";
import { formatUrl, parseUrl } from "./url";

const parse = (path: string) => parseUrl(new URL(path, "http://gisement.test"));

describe("the address of the map", () => {
  it("holds view, colour and selection", () => {
    const { etat, ignores } = parse("/carte?v=15.2/43.61/1.44&c=durete&s=31901000ZB0047");
    expect(etat).toEqual({
      page: { genre: "carte" },
      comparees: [],
      vue: { zoom: 15.2, lat: 43.61, lon: 1.44 },
      couleur: "durete",
      selection: "31901000ZB0047",
      demande: DEMANDE,
      couches: COUCHES_DEFAUT,
    });
    expect(ignores).toEqual([]);
  });

  it("comes back the same after a round trip", () => {
    const link = "/carte?v=15.2/43.61/1.44&c=type&s=31901000ZB0047";
    expect(formatUrl(parse(link).etat)).toBe(link);
  });

  it("leaves out what is the default", () => {
    expect(formatUrl(parse("/carte").etat)).toBe("/carte");
  });

  it("holds territory, weights, filters, order and layers", () => {
    const links = [
      "/carte?t=scot:9901&p=recyclage&w=40,25,20,15&n=besoin&suit=non&l=friches,zae&s=A",
      "/carte?type=friche,zae_vacante&verdict=prioritaire,reserve&utile=1500-&tc=-500&x=tc",
      "/carte?ces=10-30&prop=etat,commune&projet=friche%20sans%20projet&zero=oui&l=aucune",
      "/carte?perimetre=3.2,43.6_3.21,43.6_3.21,43.61",
    ];
    for (const link of links) {
      const { etat, ignores } = parse(link);
      expect(ignores, link).toEqual([]);
      expect(formatUrl(etat)).toBe(link);
    }
  });

  it("names the filters it does not understand, and keeps the others", () => {
    const { etat, ignores } = parse(
      "/carte?type=friche,chateau&utile=beaucoup&tc=-500&x=utile&perimetre=1,2_3,4&l=lune&w=1,2",
    );
    expect(etat.demande.filtres.types).toEqual(["friche"]);
    expect(etat.demande.filtres.bornes).toEqual({ tc: { min: null, max: 500 } });
    expect(new Set(ignores)).toEqual(new Set(["type", "utile", "x", "perimetre", "l", "w"]));
  });

  it("reads a sheet's own address", () => {
    expect(parse("/fiche/31901000ZB0047").etat.selection).toBe("31901000ZB0047");
    expect(parse("/fiche/31901%20ZB%2047").etat.selection).toBe("31901 ZB 47");
  });

  it("has an address for each page", () => {
    for (const link of ["/comparer?cmp=A,B", "/selection", "/territoire/scot/FICTIF-01", "/carte?cmp=A"]) {
      expect(formatUrl(parse(link).etat)).toBe(link);
    }
    expect(parse("/territoire/planete/3").etat.page).toEqual({ genre: "carte" });
    expect(parse("/comparer?cmp=A,B,A,C,D,E").etat.comparees).toEqual(["A", "B", "C", "D"]);
  });

  it("names what it does not understand", () => {
    expect(parse("/carte?v=a/b&c=arc-en-ciel&zz=1").ignores).toEqual(["zz", "v", "c"]);
    expect(parse("/carte?lg=en").ignores).toEqual([]);
    expect(parse("/carte?lg=xx").ignores).toEqual(["lg"]);
    expect(parse("/carte?v=99/43/1").etat.vue).toBeNull();
    expect(parse("/carte?v=14/95/1").etat.vue).toBeNull();
  });
});
