/** Whose a key is: the canvas's, or what people write in just now. */

const FIELDS = "input, textarea, select, [contenteditable]:not([contenteditable=false]), [role=textbox]";
const OVERLAYS = "[role=dialog], [role=menu], [role=listbox]";

/** Whether what is typed belongs to a field, a dialog or a menu; then no key is a shortcut. */
export const isElsewhere = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest(`${FIELDS}, ${OVERLAYS}`) !== null;

/** Whether the keyboard is on the canvas, or nowhere; fields of the canvas are not the canvas. */
export const isOnCanvas = (target: EventTarget | null): boolean =>
  !isElsewhere(target) &&
  (target === document.body || (target instanceof Element && target.closest("[data-canvas]") !== null));
