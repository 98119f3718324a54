import type { Registre, Territoire } from "../../api/territoires";
import type { App } from "../../app.svelte";
import type { Tri } from "../tri";
import type { Groupe } from "./groupes";
import type { CleRegistre } from "./lignes";

/** What the ledger's two forms show: a table where there is room, cards on a phone. */
export interface Presentation {
  app: App;
  territoire: Territoire;
  registre: Registre;
  groupes: Groupe[];
  groupe: boolean;
  shown: Exclude<CleRegistre, "nom">[];
  head: (cle: CleRegistre) => string;
  tri: Tri<CleRegistre>;
  onsort: (cle: CleRegistre) => void;
  hachures: string;
}
