/** What a kind that is dragged out of the palette is called on its way. */
export const KIND_DRAG = "application/x-hearth-kind";
