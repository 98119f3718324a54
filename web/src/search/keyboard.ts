/** The index that ↑ ↓ Home End reach in a list of `count`, −1 being the field itself. */
export function moved(key: string, index: number, count: number): number | null {
  if (count === 0) return null;
  if (key === "ArrowDown") return index + 1 >= count ? 0 : index + 1;
  if (key === "ArrowUp") return index <= 0 ? count - 1 : index - 1;
  return null;
}
