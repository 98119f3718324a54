import { describe, expect, it } from "vitest";
import type { Registre, Territoire } from "../../api/territoires";
import { commune, ligne, registre, territoire } from "./exemples";
import { chapeau, couverture, objectif, origine, repartition, TITRE_MAX, temps, titre } from "./phrases";

/** Typographic spaces as plain ones. */
const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, " ");
const title = (some: Parameters<typeof territoire>[0] = {}) => plain(titre(territoire(some)));
const lead = (some: Parameters<typeof territoire>[0] = {}) => plain(chapeau(territoire(some)).join(" "));
const alone = (of: Registre | null): Parameters<typeof territoire>[0] => ({
  niveau: "commune",
  registre: of,
  communes: [],
});

describe("the title", () => {
  it("is that of the report", () => {
    expect(title()).toBe(
      "Il reste 36,6 ha pour le SCoT ; deux communes ont dépassé leur enveloppe, trois en ont consommé plus de 70 %",
    );
  });

  it("fits, whatever the counts", () => {
    const communes = [...Array(8)].map((_, i) => commune(`C${i}`, ligne(1000, i < 4 ? 1001 : 900)));
    const long = titre(territoire({ niveau: "departement", communes }));
    expect(long.length).toBeLessThanOrEqual(TITRE_MAX);
    expect(plain(long)).toBe("Il reste 36,6 ha pour le département ; quatre communes ont dépassé leur enveloppe");
  });

  it("agrees in number", () => {
    const one = [commune("A", ligne(1000, 1001)), commune("B", ligne(1000, 800))];
    expect(title({ communes: one })).toBe(
      "Il reste 36,6 ha pour le SCoT ; une commune a dépassé son enveloppe, une en a consommé plus de 70 %",
    );
    expect(title({ communes: [commune("A", ligne(1000, 1))] })).toBe(
      "Il reste 36,6 ha pour le SCoT ; aucune commune n’a dépassé son enveloppe",
    );
  });

  it("claims nothing of communes that are not known", () => {
    expect(title({ communes: [commune("A", ligne(1000, 1)), commune("B", null)] })).toMatch(
      /aucune commune renseignée n’a dépassé son enveloppe$/,
    );
    expect(title({ communes: [commune("B", null)] })).toBe("Il reste 36,6 ha pour le SCoT");
  });

  it("states the excess first", () => {
    const over = registre(ligne(500_000, 570_000));
    expect(title({ registre: over })).toBe(
      "57,0 ha consommés depuis 2021 : l’enveloppe est dépassée de 7,0 ha ; deux communes ont dépassé la leur",
    );
  });

  it("of a commune says the share and the time; 1,5 ha is singular, as it is read", () => {
    expect(title(alone(registre()))).toBe("57,0 ha consommés depuis 2021, soit 60,9 % de l’enveloppe en 40 % du temps");
    expect(title(alone(registre(ligne(30_000, 15_400))))).toMatch(/^1,5 ha consommé depuis 2021/);
    expect(title(alone(registre(ligne(30_000, 19_600))))).toMatch(/^2,0 ha consommés depuis 2021/);
  });

  it("of a commune without budget knows no share", () => {
    expect(title(alone(registre(ligne(0, 0))))).toBe("0,0 ha consommé depuis 2021, pour une enveloppe nulle");
    expect(title(alone(registre(ligne(0, 1000))))).toBe(
      "0,1 ha consommé depuis 2021 : l’enveloppe est dépassée de 0,1 ha",
    );
  });

  it("says what is not known", () => {
    expect(title({ registre: null })).toBe("La consommation d’ENAF n’est pas renseignée dans cette édition");
    expect(title({ registre: registre(ligne(1000, null)) })).toMatch(/n’est pas renseignée pour ce territoire$/);
    expect(title({ registre: registre(ligne(null, 20_000)) })).toBe(
      "2,0 ha consommés depuis 2021 ; l’enveloppe n’est pas renseignée",
    );
  });
});

describe("the lead", () => {
  it("is that of the report", () => {
    expect(lead()).toBe(
      "57,0 ha consommés depuis 2021, soit 60,9 % de l’enveloppe en 40 % du temps. Au rythme de 2021-2024 (14,3 ha par an, contre 18,6 de 2011 à 2020), l’enveloppe serait épuisée vers le milieu de l’année 2027. La consommation porte sur 0,1 % de la surface du territoire.",
    );
  });

  it.each([
    [{ quand: "annee", annee: 2026, moment: "debut" }, "serait épuisée au début de l’année 2026."],
    [{ quand: "annee", annee: 2026, moment: "fin" }, "serait épuisée à la fin de l’année 2026."],
    [{ quand: "au_dela", annee: null, moment: null }, "serait épuisée au-delà de 2030."],
    [{ quand: "deja_depassee", annee: null, moment: null }, "la consommation atteindrait 142,5 ha fin 2030."],
  ] as const)("says when: %o", (epuisement, end) => {
    expect(lead({ registre: registre({ epuisement }) })).toContain(end);
  });

  it("has no pace without consumption", () => {
    const none = { ...ligne(936_000, 0), brut_m2: 0, rythme_m2_an: 0, projection_m2: 0 };
    const epuisement = { quand: "sans_objet", annee: null, moment: null } as const;
    expect(lead({ registre: registre({ ...none, epuisement }) })).toContain(
      "Aucune consommation n’est enregistrée depuis 2021.",
    );
  });

  it("does not repeat the title of a commune", () => {
    expect(lead(alone(registre()))).toMatch(/^Au rythme de/);
  });

  it("says whom it leaves out", () => {
    const communes = { nombre: 14, renseignees: 13, membres: 16 };
    expect(couverture(registre({ communes })).map(plain)).toEqual([
      "Communes renseignées : 13 sur 14.",
      "2 communes membres ne sont pas dans l’édition.",
    ]);
    expect(couverture(registre())).toEqual([]);
  });

  it("dates the time gone by", () => {
    expect(plain(temps(registre()) ?? "")).toBe("40 % de la période écoulés au 1ᵉʳ janvier 2025");
  });
});

describe("where the envelope comes from", () => {
  const of = (origine: Registre["objectif"]["origine"], some: Partial<Registre["objectif"]> = {}) =>
    plain(
      objectif(
        registre({
          objectif: { reduction: 0.545, origine, niveau: null, code: null, document: null, adresse: null, ...some },
        }),
      ),
    );

  it("names the document", () => {
    expect(of("defaut")).toBe(
      "Objectif : −54,5 %, valeur nationale par défaut, faute d’objectif territorialisé opposable chargé.",
    );
    expect(of("propre", { document: "DOO du SCoT" })).toBe("Objectif : −54,5 %, DOO du SCoT.");
    expect(of("herite", { document: "SRADDET", niveau: "region", code: "76" })).toBe(
      "Objectif hérité de « SRADDET » (région 76) : −54,5 %.",
    );
    expect(of("herite", { niveau: "scot", code: "F-1" })).toBe("Objectif hérité (SCoT F-1) : −54,5 %.");
  });

  it("explains floor, pooling, national projects, and the way from the file", () => {
    const lines = origine(
      registre({
        garantie_statut: "acquise",
        garantie_m2: 4000,
        mutualise_m2: -2000,
        mutualise_vers: "CC Lauzerac",
        brut_m2: 616_000,
        pene_m2: 46_000,
        pene_statut: "declaree",
      }),
    ).map(plain);
    expect(lines[0]).toContain("elle ajoute 0,4 ha à la cible");
    expect(lines[1]).toBe("Garantie mutualisée : 0,2 ha cédés à CC Lauzerac.");
    expect(lines[2]).toContain("4,6 ha imputés");
    expect(lines[3]).toBe("Du fichier au registre : 61,6 − 4,6 − 0,0 = 57,0 ha.");
  });

  it("walks from no file when there is none", () => {
    expect(origine(registre({ brut_m2: null, conso_m2: null, pene_statut: null }))).toEqual([]);
  });
});

describe("the sum of the communes’ envelopes", () => {
  const said = (some: Partial<NonNullable<Registre["repartition"]>>): string[] => {
    const repartition_ = {
      somme_communes_m2: 942_000,
      ecart_m2: 6000,
      dont_objectifs_m2: 0,
      dont_garanties_m2: 6000,
      dont_mutualise_m2: 0,
      communes_inconnues: 0,
      communes_depassees: 2,
      ...some,
    };
    return repartition(territoire({ registre: registre({ repartition: repartition_ }) }) as Territoire).map(plain);
  };

  it("stands beside the territory’s own, the difference explained", () => {
    expect(said({})).toEqual([
      "Somme des enveloppes des communes : 94,2 ha ; enveloppe propre pour le SCoT : 93,6 ha.",
      "Écart de +0,6 ha : +0,6 ha de garanties communales.",
    ]);
  });

  it("explains nothing when there is nothing to explain", () => {
    expect(said({ somme_communes_m2: 936_000, ecart_m2: 0, dont_garanties_m2: 0 })).toHaveLength(1);
  });

  it("does not hide what the causes do not make up", () => {
    expect(said({ ecart_m2: -14_000, communes_inconnues: 1 }).slice(1)).toEqual([
      "Écart de −1,4 ha : +0,6 ha de garanties communales, −2,0 ha qui tiennent aux communes sans enveloppe connue.",
      "1 commune sans enveloppe connue n’y est pas comptée.",
    ]);
    expect(said({ ecart_m2: 9000 })[1]).toContain("+0,3 ha d’autre origine");
  });
});
