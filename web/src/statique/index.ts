import { Dossier } from "./routes";

/** The folder that the page came from. */
export const dossier = new Dossier(new URL(".", document.baseURI).href);
