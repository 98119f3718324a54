/** A table as a spreadsheet opens it: UTF-8 with its mark, `;`, decimal comma. */
import type { Table, Valeur } from "./tables";

/** A text that a spreadsheet would run begins with an apostrophe. */
function text(value: string): string {
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[";\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Four decimals: a hectare to the square metre. */
const number = (value: number) => String(Math.round(value * 1e4) / 1e4).replace(".", ",");

export function toCsv({ colonnes, lignes }: Table, unknown: string): string {
  const cell = (value: Valeur) =>
    value === null ? text(unknown) : typeof value === "number" ? number(value) : text(value);
  const head = colonnes.map(({ titre, unite }) => text(unite ? `${titre} (${unite})` : titre));
  const rows = lignes.map(({ valeurs }) => valeurs.map(cell));
  return `\ufeff${[head, ...rows].map((row) => row.join(";")).join("\r\n")}\r\n`;
}

export function download(name: string, csv: string): void {
  const url = URL.createObjectURL(new Blob([csv], { type: "text/csv;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The browser reads the address after the click has returned.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
