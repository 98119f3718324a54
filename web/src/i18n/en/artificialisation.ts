import type { artificialisation as fr } from "../fr/artificialisation";

/** The artificialisation of a territory, in English. */
export const artificialisation: Record<keyof typeof fr, string> = {
  "artif.surtitre": "Artificialisation (OCS GE)",
  "artif.titre_net": "Net artificialisation of {x} ha from {a1} to {a2}",
  "artif.titre_etat": "Net artificialisation is not available: one edition only, {a2}",
  "artif.titre_non_uniforme": "Years of observation differ by département: no total is given for {pour}",
  "artif.titre_periodes": "Several periods of observation: no total is given for {pour}",
  "artif.titre_partielle": "{k} communes of {n} are covered: no total is given for {pour}",
  "artif.titre_aucune": "Net artificialisation is not available",
  "artif.aucune_detail":
    "Not available: no artificialisation measured on OCS GE covers this territory in the edition. To have it: IGN’s OCS GE land cover, at two dates.",
  "artif.couverture_complete": "All {n} communes are covered.",
  "artif.couverture_seule": "The commune is covered.",
  "artif.couples": "Years of observation: {liste}.",
  "artif.couple": "{d} ({a})",
  "artif.flux": "{a} ha artificialised, {d} ha given back; {i} ha sealed.",
  "artif.taux": "{p} of the area is artificialised in {a2}.",
  "artif.deux_registres": "This ledger and that of ENAF land take do not measure the same thing: they do not add up.",
  "artif.carte_titre": "Flows by département and pair of years",
  "artif.carte_detail": "hectares, one scale",
  "artif.artif": "Artificialised",
  "artif.desartif": "Given back",
  "artif.nette": "Net",
  "artif.imper": "Sealed",
  "artif.taux_col": "Rate of artificialisation, last year",
  "artif.annees": "Years",
  "artif.communes": "Communes covered",
  "artif.ligne": "{a} ha artificialised, {d} ha given back",
  "artif.ligne_nette": "net {x} ha",
};
