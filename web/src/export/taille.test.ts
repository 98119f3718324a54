import { expect, it } from "vitest";
import { taille } from "./taille";

it("writes a size with the unit that fits", () => {
  expect([999, 1200, 999_499, 999_500, 12_400_000, 3_100_000_000].map(taille)).toEqual(
    ["999 o", "1,2 ko", "999 ko", "1 Mo", "12 Mo", "3,1 Go"].map((text) => text.replace(" ", "\u202f")),
  );
});
