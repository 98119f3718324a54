import { describe, expect, it } from "vitest";
import { absent, friches, zae, zone } from "./exemples";
import { chapeauFoncier, chapeauZae, detailFriches, titreFoncier, titreFriches, titreZae } from "./phrases";

const plain = (text: string | string[]) =>
  [text]
    .flat()
    .join(" ")
    .replaceAll(/[\u00a0\u202f]/g, " ");
const counts = { occupe: 6, vacant: 2, friche: 1, inoccupe: 2, inconnu: 1 };

describe("vacancy in words", () => {
  it("is a bound, and says whom it counts and whom it does not", () => {
    const park = zae([zone("A", counts)], counts);
    expect(plain(titreZae(park))).toBe(
      "33,3 % au plus des unités foncières de ZAE sont vacantes : aucune preuve datée n’est chargée",
    );
    const text = plain(chapeauZae(park));
    expect(text).toContain("vacantes (2), en friche (1) et d’état inconnu (1), sur 12.");
    expect(text).toContain("jamais bâties (2), n’y sont pas.");
    expect(text).toContain("25,0 % sont vacants ou en friche.");
    expect(text).toContain("vus en dernier le 18 novembre 2025.");
    expect(text).not.toContain("inventaire ;");
  });

  it("says how many parks it does not count", () => {
    expect(plain(chapeauZae(zae([zone("A", counts), zone("B", null)], counts)))).toContain(
      "1 ZAE sur 2 ont un inventaire",
    );
  });

  it("is not 0 without an inventory: it says what would fill it", () => {
    const none = zae(
      [zone("A", null)],
      {},
      {
        total: null,
        motif: "aucun inventaire L. 318-8-2 n’est chargé",
        couche_attendue: "sites économiques (CNIG)",
      },
    );
    expect(plain(titreZae(none))).toBe("La vacance des zones d’activité n’est pas renseignée");
    expect(plain(chapeauZae(none))).toBe(
      "Non renseigné : aucun inventaire L. 318-8-2 n’est chargé. Pour le renseigner : sites économiques (CNIG).",
    );
    expect(plain(titreZae(null))).toBe("La vacance des zones d’activité n’est pas renseignée");
    expect(plain(titreZae(zae([], {}, { total: null })))).toBe("Aucune zone d’activité dans ce territoire");
  });

  it("is nothing when no plot could be vacant", () => {
    expect(plain(titreZae(zae([zone("A", { occupe: 4 })], { occupe: 4 })))).toBe(
      "Aucune unité foncière de ZAE n’est vacante",
    );
  });
});

describe("brownfields in words", () => {
  it("are in one of four states, or in none that is known", () => {
    expect(titreFriches(friches("potentiel_non_exploite"))).toBe("2 friches sans projet, aucune reconversion en cours");
    expect(plain(titreFriches(friches("potentiel_en_cours")))).toBe(
      "2 friches sans projet ; d’autres sont en projet ou reconverties",
    );
    expect(titreFriches(friches("nul_deja_exploite"))).toBe(
      "Les friches recensées sont toutes reconverties ou en projet",
    );
    expect(titreFriches(friches("nul"))).toBe("Aucune friche dans ce territoire");
    expect(plain(titreFriches(friches(null)))).toBe(
      "L’état du stock de friches n’est pas établi : statut inconnu pour 1",
    );
    expect(titreFriches(null)).toBe("Les friches ne sont pas renseignées");
  });

  it("say their area, what of it is unknown, and what can be used", () => {
    expect(plain(detailFriches(friches(null), "sans_projet"))).toBe(
      "1,2 ha déclarés · surface inconnue pour 1 · 1 gisement, 0,8 ha utiles",
    );
    const unknown = friches(null);
    unknown.classes.sans_projet.surface_m2 = null;
    expect(plain(detailFriches(unknown, "sans_projet"))).toBe("surface inconnue · 1 gisement, 0,8 ha utiles");
  });
});

describe("public land in words", () => {
  it("says what would fill it", () => {
    expect(titreFoncier(absent)).toBe("Le foncier public n’est pas renseigné");
    expect(plain(chapeauFoncier(absent))).toContain("Pour le renseigner : propriétaires personnes morales (DGFiP).");
  });

  it("counts sites and their usable area", () => {
    const total = { nombre: 3, surface_m2: 5000, utile_m2: 34_000 };
    expect(titreFoncier({ ...absent, total })).toBe("3 gisements publics ou hospitaliers, 3,4 ha utiles");
    expect(titreFoncier({ ...absent, total: { ...total, utile_m2: null } })).toContain("inconnu ha utiles");
  });
});
