import { type LngLatLike, Map as MapLibre, type PaddingOptions, ScaleControl, setWorkerUrl } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import type { Axe, Bbox, Edition, Fiche, LonLat, TileJson } from "../api/types";
import { t } from "../i18n/index.svelte";
import type { Vue } from "../url";
import { Calques } from "./calques";
import type { Couleur } from "./colours";
import type { Couche } from "./couches";
import { Etiquettes } from "./etiquettes";
import { weightState } from "./expressions";
import { boxInside } from "./geometry";
import { style } from "./style";
import { addTextures } from "./textures";

// GL JS 6 does not find its worker once bundled, and a strict policy forbids the `blob:` it falls back to.
setWorkerUrl(workerUrl);

/** What a parcel's tile says of it. */
export interface Survol {
  idu: string;
  properties: Record<string, string | number>;
  x: number;
  y: number;
}

export interface Options {
  container: HTMLElement;
  edition: Edition;
  tilejson: TileJson;
  couleur: Couleur;
  poids: Record<Axe, number>;
  couches: readonly Couche[];
  vue: Vue | null;
  padding: Cover;
  /** Camera at rest. */
  onVue: (vue: Vue) => void;
  onSurvol: (survol: Survol | null) => void;
  onChoix: (idu: string) => void;
  onOccupe: (occupe: boolean) => void;
  /** A tile did not come; null once one comes again. */
  onErreur: (message: string | null) => void;
}

const SIDES = ["top", "right", "bottom", "left"] as const;
/** Sides of the map covered by panels, in CSS pixels. */
export type Cover = Required<Pick<PaddingOptions, (typeof SIDES)[number]>>;

const HOVER_LAYERS = ["parcelle-sol"];
/** A pin stands for its parcel, even where it lies beside it. */
const PIN_LAYERS = ["rang-disque"];

/** The map, behind the few verbs the application needs. */
export class Carte {
  readonly map: MapLibre;
  readonly #options: Options;
  readonly #etiquettes: Etiquettes;
  readonly calques: Calques;
  #hovered: string | null = null;
  #styled = false;
  #poids: Record<Axe, number> | null = null;
  /** Clicks go to who draws rather than to parcels. */
  #dessin: ((point: LonLat) => void) | null = null;

  constructor(options: Options) {
    this.#options = options;
    const { edition, tilejson, vue } = options;
    this.map = new MapLibre({
      container: options.container,
      style: style(tilejson, options),
      center: vue ? [vue.lon, vue.lat] : edition.depart.centre,
      zoom: vue?.zoom ?? edition.depart.zoom,
      minZoom: 5,
      maxZoom: 20,
      maxPitch: 0,
      attributionControl: false,
      fadeDuration: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 120,
      locale: { "Map.Title": t("carte.titre"), "ScaleControl.Meters": "m", "ScaleControl.Kilometers": "km" },
    });
    this.map.setPadding(options.padding);
    if (vue) this.map.jumpTo({ center: [vue.lon, vue.lat], zoom: vue.zoom });
    this.map.addControl(new ScaleControl({ maxWidth: 110 }), "bottom-right");
    this.#etiquettes = new Etiquettes(this.map);
    this.calques = new Calques(this.map, (run) => this.#whenStyled(run));
    this.#listen();
  }

  #listen(): void {
    const { map } = this;
    const { onVue, onOccupe, onErreur } = this.#options;
    map.on("style.load", () => {
      this.#styled = true;
      addTextures(map);
    });
    map.on("moveend", () => onVue(this.vue));
    map.on("dataloading", () => onOccupe(true));
    map.on("idle", () => {
      onOccupe(false);
      this.#etiquettes.refresh();
    });
    map.on("error", (event) => onErreur(event.error.message));
    map.on("sourcedata", (event) => {
      if (event.tile && event.sourceId === "donnees") onErreur(null);
    });
    map.on("mousemove", (event) => this.#hover(event.point, event.originalEvent));
    map.on("mouseout", () => this.#leave());
    map.on("movestart", () => this.#leave());
    map.on("click", (event) => {
      if (this.#dessin) this.#dessin([event.lngLat.lng, event.lngLat.lat]);
      else this.choose([event.point.x, event.point.y]);
    });
  }

  set dessin(dessin: ((point: LonLat) => void) | null) {
    this.#dessin = dessin;
    this.map.getCanvas().style.cursor = dessin ? "crosshair" : "";
  }

  /** Selects the parcel at a screen point; below z13, where none is drawn, goes down to the commune instead. */
  choose(point: [number, number]): boolean {
    const found = this.map.queryRenderedFeatures(point, { layers: [...PIN_LAYERS, ...HOVER_LAYERS] });
    const idu = (found.find(({ source }) => source === "rangs") ?? found[0])?.properties["idu"];
    if (typeof idu === "string") {
      this.#options.onChoix(idu);
      return true;
    }
    if (this.map.getZoom() < 13 && this.map.queryRenderedFeatures(point, { layers: ["commune-sol"] }).length > 0) {
      const around = this.map.unproject(point);
      this.map.easeTo({ center: around, zoom: Math.max(13.2, this.map.getZoom() + 2) });
      return true;
    }
    return false;
  }

  /** The parcel under the middle of the free map: the keyboard's way to point. */
  chooseCentre(): boolean {
    const { x, y } = this.map.project(this.map.getCenter());
    return this.choose([x, y]);
  }

  #hover(point: { x: number; y: number }, event: MouseEvent): void {
    if (this.map.isMoving() || event.buttons !== 0 || this.#dessin) return;
    const feature = this.map.queryRenderedFeatures([point.x, point.y], { layers: HOVER_LAYERS })[0];
    const idu = feature?.properties["idu"];
    if (typeof idu !== "string") {
      this.#leave();
      return;
    }
    this.map.getCanvas().style.cursor = "pointer";
    this.mark(idu);
    this.#options.onSurvol({ idu, properties: feature?.properties ?? {}, x: point.x, y: point.y });
  }

  #leave(): void {
    this.map.getCanvas().style.cursor = this.#dessin ? "crosshair" : "";
    this.mark(null);
    this.#options.onSurvol(null);
  }

  /** Outlines the parcel under the pointer, here or in the list. */
  mark(idu: string | null): void {
    if (idu === this.#hovered) return;
    const target = (id: string) => ({ source: "donnees", sourceLayer: "parcelles", id });
    if (this.#hovered) this.map.removeFeatureState(target(this.#hovered), "survol");
    if (idu) this.map.setFeatureState(target(idu), { survol: true });
    this.#hovered = idu;
  }

  get vue(): Vue {
    const { lng, lat } = this.map.getCenter();
    return { zoom: this.map.getZoom(), lat, lon: lng };
  }

  /** The box of what the panels leave free, whatever the bearing. */
  get bbox(): Bbox {
    const { clientWidth, clientHeight } = this.map.getContainer();
    const { top, right, bottom, left } = this.map.getPadding() as Cover;
    const corners = [left, clientWidth - right].flatMap((x) =>
      [top, clientHeight - bottom].map((y) => this.map.unproject([x, y])),
    );
    const [lon, lat] = [corners.map(({ lng }) => lng), corners.map((corner) => corner.lat)];
    return [Math.min(...lon), Math.min(...lat), Math.max(...lon), Math.max(...lat)];
  }

  /** At most once a frame, and never while the tiles still follow the weights before. */
  setPoids(poids: Record<Axe, number>): void {
    const waiting = this.#poids !== null;
    this.#poids = poids;
    if (waiting) return;
    const apply = () => {
      if (!this.#poids) return;
      if (!this.#styled || !this.map.areTilesLoaded()) {
        requestAnimationFrame(apply);
        return;
      }
      for (const [key, value] of Object.entries(weightState(this.#poids))) {
        if (this.map.getGlobalState()[key] !== value) this.map.setGlobalStateProperty(key, value);
      }
      this.#poids = null;
    };
    requestAnimationFrame(apply);
  }

  setCouleur(couleur: Couleur): void {
    this.#whenStyled(() => this.map.setGlobalStateProperty("couleur", couleur));
  }

  /** Outlines the parcel of a sheet, from its exact geometry rather than from its pieces in the tiles. */
  showSelection(fiche: Fiche | null): void {
    const geometry = fiche?.geometrie as GeoJSON.Geometry | undefined;
    this.calques.setData("selection", geometry ? [{ type: "Feature", properties: {}, geometry }] : []);
  }

  #whenStyled(run: () => void): void {
    if (this.#styled) run();
    else this.map.once("style.load", run);
  }

  /**
   * Tells how much of the map a panel covers. Nothing moves on the screen: the camera's centre is restated as the
   * centre of what stays free, so that links and the keyboard keep pointing at what is seen.
   */
  setPadding(next: Cover): void {
    const now = this.map.getPadding() as Cover;
    // Restating what holds would stop a move on its way.
    if (SIDES.every((side) => now[side] === next[side])) return;
    const { clientWidth, clientHeight } = this.map.getContainer();
    const x = (next.left + clientWidth - next.right) / 2;
    const y = (next.top + clientHeight - next.bottom) / 2;
    this.map.jumpTo({ center: this.map.unproject([x, y]), padding: next });
  }

  /** Brings a parcel into the free part of the map, only when it is not there yet or too small to be seen. */
  reveal(fiche: Fiche, force = false): void {
    const { clientWidth, clientHeight } = this.map.getContainer();
    const { top, right, bottom, left } = this.map.getPadding() as Cover;
    const corners = [this.map.unproject([left, clientHeight - bottom]), this.map.unproject([clientWidth - right, top])];
    const free: Bbox = [corners[0]?.lng ?? 0, corners[0]?.lat ?? 0, corners[1]?.lng ?? 0, corners[1]?.lat ?? 0];
    const zoom = this.map.getZoom();
    if (!force && zoom >= 14 && boxInside(fiche.bbox, free, 0.1)) return;
    const camera = this.map.cameraForBounds(fiche.bbox, { padding: 60, maxZoom: 17.2 });
    const keep = zoom >= 15 && camera?.zoom !== undefined && camera.zoom >= zoom;
    this.#move(fiche.centre, keep ? zoom : Math.max(15, camera?.zoom ?? 16.5));
  }

  goTo(bbox: Bbox | null, centre: LonLat): void {
    const flat = bbox && (bbox[2] - bbox[0] > 1e-6 || bbox[3] - bbox[1] > 1e-6);
    const camera = flat ? this.map.cameraForBounds(bbox, { padding: 48, maxZoom: 17 }) : undefined;
    this.#move(camera?.center ?? centre, camera?.zoom ?? 15.5);
  }

  #move(center: LngLatLike, zoom: number): void {
    // A long flight across the territory tells nothing: a short ease, which reduced motion turns into a jump.
    this.map.easeTo({ center, zoom, duration: 420 });
  }

  jumpTo({ zoom, lat, lon }: Vue): void {
    this.map.jumpTo({ center: [lon, lat], zoom });
  }

  destroy(): void {
    this.map.remove();
  }
}
