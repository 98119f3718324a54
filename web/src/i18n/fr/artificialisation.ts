/** The artificialisation of a territory, in French. */
export const artificialisation = {
  "artif.surtitre": "Artificialisation (OCS GE)",
  "artif.titre_net": "Artificialisation nette de {x} ha de {a1} à {a2}",
  "artif.titre_etat": "L’artificialisation nette n’est pas renseignée : un seul millésime, {a2}",
  "artif.titre_non_uniforme":
    "Les années d’observation diffèrent selon le département : aucun total n’est donné pour {pour}",
  "artif.titre_periodes": "Plusieurs périodes d’observation : aucun total n’est donné pour {pour}",
  "artif.titre_partielle": "{k} communes sur {n} sont couvertes : aucun total n’est donné pour {pour}",
  "artif.titre_aucune": "L’artificialisation nette n’est pas renseignée",
  "artif.aucune_detail":
    "Non renseigné : aucune artificialisation mesurée sur l’OCS GE ne couvre ce territoire dans l’édition. Pour la renseigner : l’occupation du sol OCS GE de l’IGN, à deux millésimes.",
  "artif.couverture_complete": "Les {n} communes sont couvertes.",
  "artif.couverture_seule": "La commune est couverte.",
  "artif.couples": "Années d’observation : {liste}.",
  "artif.couple": "{d} ({a})",
  "artif.flux": "{a} ha artificialisés, {d} ha désartificialisés ; {i} ha rendus imperméables.",
  "artif.taux": "{p} de la surface est artificialisée en {a2}.",
  "artif.deux_registres":
    "Ce registre et celui de la consommation d’ENAF ne mesurent pas la même chose : ils ne s’additionnent pas.",
  "artif.carte_titre": "Flux par département et couple d’années",
  "artif.carte_detail": "hectares, une même échelle",
  "artif.artif": "Artificialisé",
  "artif.desartif": "Désartificialisé",
  "artif.nette": "Net",
  "artif.imper": "Imperméabilisé",
  "artif.taux_col": "Taux d’artificialisation, dernière année",
  "artif.annees": "Années",
  "artif.communes": "Communes couvertes",
  "artif.ligne": "{a} ha artificialisés, {d} ha désartificialisés",
  "artif.ligne_nette": "net {x} ha",
} as const;
