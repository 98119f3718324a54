import type { Map as MapLibre } from "maplibre-gl";

/** Side of each repeated cell in CSS pixels, and how it is drawn. No sprite, so no request. */
interface Texture {
  size: number;
  draw: (c: CanvasRenderingContext2D, size: number) => void;
}

/** Strokes a 45° line through the cell's corners, so that the cell repeats without a seam. */
function diagonal(c: CanvasRenderingContext2D, size: number, offset = 0): void {
  c.beginPath();
  for (const shift of [-size, 0, size]) {
    c.moveTo(shift - size + offset, 2 * size);
    c.lineTo(shift + 2 * size + offset, -size);
  }
  c.stroke();
}

function dots(colour: string, radius: number, ground: string | null): Texture["draw"] {
  return (c, size) => {
    if (ground) {
      c.fillStyle = ground;
      c.fillRect(0, 0, size, size);
    }
    c.fillStyle = colour;
    // Two dots per cell, in quincunx: the eye reads an even tone rather than rows.
    for (const [x, y] of [
      [size * 0.25, size * 0.25],
      [size * 0.75, size * 0.75],
    ] as const) {
      c.beginPath();
      c.arc(x, y, radius, 0, 2 * Math.PI);
      c.fill();
    }
  };
}

export const TEXTURES: Readonly<Record<string, Texture>> = {
  inconnu: { size: 8, draw: dots("#6B717C", 1.05, "#FFFFFF") },
  // Ground never assessed is not a gisement: the same sign, said more softly.
  "non-evalue": { size: 12, draw: dots("#A9ADB5", 0.85, null) },
  ecarte: {
    size: 7,
    draw: (c, size) => {
      c.fillStyle = "#ECEAE6";
      c.fillRect(0, 0, size, size);
      c.strokeStyle = "#9A9DA4";
      c.lineWidth = 0.8;
      diagonal(c, size);
      c.save();
      c.translate(size, 0);
      c.scale(-1, 1);
      diagonal(c, size);
      c.restore();
    },
  },
  "parc-social": {
    size: 5,
    draw: (c, size) => {
      c.fillStyle = "#EDEEF1";
      c.fillRect(0, 0, size, size);
      c.fillStyle = "#C3C8D0";
      c.fillRect(0, 2, size, 1.2);
    },
  },
  friche: {
    size: 10,
    draw: (c, size) => {
      // The white rule beside the brown one keeps the hatch legible on the darkest class.
      c.strokeStyle = "rgb(255 255 255 / 0.7)";
      c.lineWidth = 1.1;
      diagonal(c, size, 1.6);
      c.strokeStyle = "#4A2E16";
      c.lineWidth = 1.2;
      diagonal(c, size);
    },
  },
  ppr: {
    size: 16,
    draw: (c, size) => {
      c.strokeStyle = "rgb(47 111 159 / 0.42)";
      c.lineWidth = 0.9;
      for (const y of [size * 0.25, size * 0.75]) {
        c.beginPath();
        const shift = y > size / 2 ? size / 2 : 0;
        for (let x = -size; x <= 2 * size; x += 0.5) {
          const wave = y + 1.5 * Math.sin(((x + shift) / size) * 2 * Math.PI);
          if (x === -size) c.moveTo(x, wave);
          else c.lineTo(x, wave);
        }
        c.stroke();
      }
    },
  },
  // Strict ban: short upright strokes over the waves, a different nature and not a darker blue.
  interdiction: {
    size: 16,
    draw: (c, size) => {
      c.strokeStyle = "rgb(47 111 159 / 0.55)";
      c.lineWidth = 1;
      for (const [x, y] of [
        [size * 0.25, size * 0.5],
        [size * 0.75, size * 0.0],
        [size * 0.75, size],
      ] as const) {
        c.beginPath();
        c.moveTo(x - 2, y - 2);
        c.lineTo(x + 2, y + 2);
        c.moveTo(x + 2, y - 2);
        c.lineTo(x - 2, y + 2);
        c.stroke();
      }
    },
  },
};

/** Draws every texture at the screen's own resolution and hands it to the map. */
export function addTextures(map: MapLibre): void {
  // A whole ratio, otherwise a cell's edge falls between two pixels and a seam shows.
  const ratio = Math.max(1, Math.ceil(window.devicePixelRatio || 1));
  for (const [name, { size, draw }] of Object.entries(TEXTURES)) {
    if (map.hasImage(name)) continue;
    const canvas = document.createElement("canvas");
    canvas.width = size * ratio;
    canvas.height = size * ratio;
    const context = canvas.getContext("2d", { willReadFrequently: true });
    if (!context) continue;
    context.scale(ratio, ratio);
    draw(context, size);
    map.addImage(name, context.getImageData(0, 0, canvas.width, canvas.height), { pixelRatio: ratio });
  }
}
