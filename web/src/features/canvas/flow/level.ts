/** How much of the document is drawn, by how far away it is looked at from. */

/**
 * `near`: everything. `far`: shapes and names; ports and fields cannot be told apart any more.
 * `map`: boxes and lines, drawn so that many of them cost little; nothing but nodes can be picked up.
 */
export type Level = "near" | "far" | "map";

const FAR = 0.45;
const MAP = 0.3;

export const levelOf = (zoom: number): Level => (zoom < MAP ? "map" : zoom < FAR ? "far" : "near");
