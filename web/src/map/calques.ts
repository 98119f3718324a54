import type { ExpressionSpecification, GeoJSONSource, Map as MapLibre } from "maplibre-gl";
import type { LonLat } from "../api/types";
import { COUCHES, type Couche, STYLE } from "./couches";
import { masque } from "./geometry";
import { NO_ONE } from "./layers/hors";

/** What the list and the filters draw on the map. */
export class Calques {
  constructor(
    readonly map: MapLibre,
    /** Runs once the style is there. */
    readonly whenStyled: (run: () => void) => void,
  ) {}

  /** Pales the gisements that the filters leave out. */
  setHors(condition: ExpressionSpecification | null): void {
    this.whenStyled(() => {
      for (const layer of ["hors-fond", "hors-bord"]) this.map.setFilter(layer, condition ?? NO_ONE);
    });
  }

  setCouches(couches: readonly Couche[]): void {
    this.whenStyled(() => {
      for (const couche of COUCHES) {
        const visibility = couches.includes(couche) ? "visible" : "none";
        for (const layer of STYLE[couche]) this.map.setLayoutProperty(layer, "visibility", visibility);
      }
    });
  }

  setRangs(rangs: readonly { idu: string; rang: number; centre: LonLat; choisi: boolean }[]): void {
    const features = rangs.map(
      ({ centre, ...properties }): GeoJSON.Feature => ({
        type: "Feature",
        properties,
        geometry: { type: "Point", coordinates: centre },
      }),
    );
    this.setData("rangs", features);
  }

  /** Mutes what lies outside a territory and a drawn area. */
  setLimites(contours: GeoJSON.FeatureCollection | null, perimetre: readonly LonLat[] | null): void {
    const drawn: GeoJSON.Geometry[] = perimetre
      ? [{ type: "Polygon", coordinates: [[...perimetre, ...perimetre.slice(0, 1)]] }]
      : [];
    this.setData(
      "limites",
      [contours?.features.map(({ geometry }) => geometry) ?? [], drawn]
        .filter((shapes) => shapes.length > 0)
        .map((shapes): GeoJSON.Feature => ({ type: "Feature", properties: {}, geometry: masque(shapes) })),
    );
    this.setData(
      "perimetre",
      drawn.map((geometry): GeoJSON.Feature => ({ type: "Feature", properties: {}, geometry })),
    );
  }

  /** The corners of an area being drawn. */
  setTrace(points: readonly LonLat[]): void {
    const line: GeoJSON.Feature[] =
      points.length > 1
        ? [{ type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: [...points] } }]
        : [];
    const corners = points.map(
      (coordinates): GeoJSON.Feature => ({ type: "Feature", properties: {}, geometry: { type: "Point", coordinates } }),
    );
    this.setData("perimetre", [...line, ...corners]);
  }

  setData(source: string, features: GeoJSON.Feature[]): void {
    this.whenStyled(() => this.map.getSource<GeoJSONSource>(source)?.setData({ type: "FeatureCollection", features }));
  }
}
