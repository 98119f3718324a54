import { describe, expect, it } from "vitest";
import { Adresse } from "./adresse";

/** A browser whose address this is. */
function fenetre(href: string) {
  let at = new URL(href);
  const steps: string[] = [];
  const write = (how: string) => (_: unknown, __: string, to: string) => {
    steps.push(`${how} ${to}`);
    at = new URL(to, at);
  };
  return {
    steps,
    location: {
      get href() {
        return at.href;
      },
      get origin() {
        return at.origin;
      },
      get pathname() {
        return at.pathname;
      },
      get hash() {
        return at.hash;
      },
      reload: () => steps.push("reload"),
      assign: (to: string) => steps.push(`assign ${to}`),
      replace: (to: string) => steps.push(`replace ${to}`),
    },
    history: { pushState: write("push"), replaceState: write("replace") },
    addEventListener: () => {},
  };
}

const make = (href: string, statique: boolean) => {
  const window = fenetre(href);
  return { adresse: new Adresse(window as never, statique), window };
};

describe("served", () => {
  const { adresse, window } = make("https://h.fr/carte?v=1/2/3", false);

  it("is that of the browser", () => {
    expect(adresse.url.pathname + adresse.url.search).toBe("/carte?v=1/2/3");
    expect(adresse.href("/selection")).toBe("/selection");
    expect(adresse.complete("/fiche/X")).toBe("https://h.fr/fiche/X");
  });

  it("is written when it changes", () => {
    adresse.ecrire("/carte?v=1/2/3", true);
    adresse.ecrire("/carte?v=4/5/6", false);
    adresse.ecrire("/selection", true);
    adresse.aller("/carte");
    expect(window.steps).toEqual(["replace /carte?v=4/5/6", "push /selection", "assign /carte"]);
  });
});

describe("in a folder", () => {
  const { adresse, window } = make("https://h.fr/a/observatoire/index.html", true);

  it("stands behind the hash, whatever the folder", () => {
    expect(adresse.url.href).toBe("https://h.fr/");
    adresse.ecrire("/carte?v=1/2/3&p=l%C3%A0", true);
    expect(window.location.href).toBe("https://h.fr/a/observatoire/index.html#/carte?v=1/2/3&p=l%C3%A0");
    expect(adresse.url.searchParams.get("p")).toBe("là");
    expect(adresse.url.searchParams.get("v")).toBe("1/2/3");
  });

  it("is written in full with its folder", () => {
    expect(adresse.href("/carte?s=X")).toBe("#/carte?s=X");
    expect(adresse.complete("/fiche/X")).toBe("https://h.fr/a/observatoire/index.html#/fiche/X");
  });

  it("does not repeat itself, and is read again when told to", () => {
    window.steps.length = 0;
    adresse.ecrire("/carte?v=1/2/3&p=l%C3%A0", true);
    adresse.aller("/selection", false);
    expect(window.steps).toEqual(["replace #/selection", "reload"]);
  });
});
