/** The keyboard's place on the canvas. */

const elementOf = (id: string) =>
  document.querySelector<HTMLElement>(`[data-canvas] .react-flow__node[data-id="${CSS.escape(id)}"]`);

/** The node that has the keyboard. */
export function focusedNode(): string | undefined {
  return document.activeElement?.closest<HTMLElement>("[data-canvas] .react-flow__node")?.dataset.id;
}

/** Gives a node the keyboard as soon as it is drawn. */
export function focusNode(id: string, tries = 20): void {
  requestAnimationFrame(() => {
    const element = elementOf(id);
    if (element) element.focus({ preventScroll: true });
    else if (tries > 0) focusNode(id, tries - 1);
  });
}

/** Gives the open node's panel the keyboard; its own Escape gives it back. */
export function focusPanel(tries = 20): void {
  requestAnimationFrame(() => {
    const first = document.querySelector<HTMLElement>("[data-node-panel] :is(input, textarea, select, button, [tabindex='0']):not(:disabled)");
    if (first) first.focus();
    else if (tries > 0) focusPanel(tries - 1);
  });
}
