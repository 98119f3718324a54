/** A French spreadsheet opens it as it is: BOM, semicolons, CRLF, decimal commas, quotes where they are needed. */

type Cell = string | number | null;

/** A text that a spreadsheet would run as a formula is shown as a text. */
const harmless = (text: string): string => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text);

function quoted(value: string): string {
  const text = harmless(value);
  return /[";\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Four decimals: a hectare to the square metre. */
const number = (value: number): string => String(Math.round(value * 1e4) / 1e4).replace(".", ",");

/** `unknown` stands where there is no value. */
export function csv(head: readonly string[], rows: readonly (readonly Cell[])[], unknown = ""): string {
  const cell = (value: Cell) => (typeof value === "number" ? number(value) : quoted(value ?? unknown));
  return `\ufeff${[head, ...rows].map((row) => `${row.map(cell).join(";")}\r\n`).join("")}`;
}

/** Hands a CSV over as a file. */
export function download(name: string, text: string): void {
  const href = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
  Object.assign(document.createElement("a"), { href, download: name }).click();
  // The browser reads the address after the click has returned.
  setTimeout(() => URL.revokeObjectURL(href), 10_000);
}
