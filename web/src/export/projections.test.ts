import { expect, it } from "vitest";
import { court, projections } from "./projections";

it("writes a system shortly", () => {
  expect(court("http://www.opengis.net/def/crs/EPSG/0/2154")).toBe("EPSG:2154");
  expect(court("http://www.opengis.net/def/crs/OGC/1.3/CRS84")).toBe("CRS84");
});

it("offers the format's own system first and no system twice", () => {
  const codes = (crs: string) => projections(crs).map(({ code }) => code);
  expect(codes("http://www.opengis.net/def/crs/EPSG/0/2154")).toEqual(["", "CRS84", "EPSG:3857"]);
  // Overseas the legal system is another one, and the three are all offered besides.
  expect(codes("http://www.opengis.net/def/crs/EPSG/0/2975")).toEqual(["", "EPSG:2154", "CRS84", "EPSG:3857"]);
});
