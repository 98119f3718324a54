import { expect, it } from "vitest";
import { commune, ligne, registre } from "./exemples";
import { grouper } from "./groupes";
import { TRI } from "./lignes";

const [a, b, c, d] = [
  commune("a", ligne(100, 10)),
  commune("b", ligne(100, 90)),
  commune("c", ligne(100, 40)),
  commune("d", null),
];
const epci = (code: string, communes: (typeof a)[], reste: number) => ({
  code,
  nom: `EPCI ${code}`,
  registre: registre({ reste_m2: reste }),
  communes,
});

it("puts each commune under its EPCI once, both in the order asked for, and those without one last", () => {
  const groups = grouper([a, b, c, d], [epci("1", [c], 60), epci("2", [a, b], 20)], TRI);
  expect(groups.map(({ epci, communes }) => [epci?.code ?? null, communes.map(({ nom }) => nom)])).toEqual([
    ["2", ["b", "a"]],
    ["1", ["c"]],
    [null, ["d"]],
  ]);
  expect(groups[0]?.registre?.reste_m2).toBe(20);
});

it("gives no subtotal to an EPCI that reaches beyond the territory", () => {
  const [group] = grouper([a], [epci("1", [a, b, c], 60)], TRI);
  expect(group).toMatchObject({ registre: null, ailleurs: 2 });
});
