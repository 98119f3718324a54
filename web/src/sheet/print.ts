/** Paper cannot be unfolded: every row is open while printing, and as it was afterwards. */
export function openForPrint(root: HTMLElement): () => void {
  let closed: HTMLDetailsElement[] = [];
  const before = (): void => {
    closed = [...root.querySelectorAll<HTMLDetailsElement>("details:not([open])")];
    for (const one of closed) one.open = true;
  };
  const after = (): void => {
    for (const one of closed) one.open = false;
    closed = [];
  };
  addEventListener("beforeprint", before);
  addEventListener("afterprint", after);
  return () => {
    removeEventListener("beforeprint", before);
    removeEventListener("afterprint", after);
  };
}
