/** Lines on which something that is moved would lie level with what is around it. */
import type { Point, Rect } from "./document";

type Axis = "x" | "y";

/** A line to draw: at `at` on its axis, from one end to the other on the other axis. */
export interface Guide {
  axis: Axis;
  at: number;
  from: number;
  to: number;
}

export interface Alignment {
  /** How much farther it has to be moved. */
  by: Point;
  guides: Guide[];
}

interface Line {
  at: number;
  middle: boolean;
  of: Rect;
}

const OTHER = { x: "y", y: "x" } as const;
const LENGTH = { x: "width", y: "height" } as const;
/** Places are whole numbers, middles may be halves. */
const SAME = 0.51;

const startOf = (rect: Rect, axis: Axis): number => rect[axis];
const endOf = (rect: Rect, axis: Axis): number => rect[axis] + rect[LENGTH[axis]];
/** Edges lie level with edges, middles with middles. */
const linesOf = (of: Rect, axis: Axis): Line[] => [
  { at: startOf(of, axis), middle: false, of },
  { at: endOf(of, axis), middle: false, of },
  { at: (startOf(of, axis) + endOf(of, axis)) / 2, middle: true, of },
];
const touch = (a: Rect, b: Rect): boolean =>
  a.x <= b.x + b.width && b.x <= a.x + a.width && a.y <= b.y + b.height && b.y <= a.y + a.height;
/** How far apart two rectangles lie on an axis. */
const gap = (a: Rect, b: Rect, axis: Axis): number =>
  Math.max(0, startOf(a, axis) - endOf(b, axis), startOf(b, axis) - endOf(a, axis));

/** What something can be level with. Made once for each drag; asked with each step of the pointer. */
export class Neighbours {
  private readonly lines: Record<Axis, readonly Line[]>;

  constructor(rects: readonly Rect[]) {
    const sorted = (axis: Axis) => rects.flatMap((rect) => linesOf(rect, axis)).sort((a, b) => a.at - b.at);
    this.lines = { x: sorted("x"), y: sorted("y") };
  }

  /** To the closest lines that are not farther away than `within`, of what is in `seen`. */
  align(moving: Rect, within: number, seen: Rect): Alignment {
    const by = { x: this.closest("x", moving, within, seen), y: this.closest("y", moving, within, seen) };
    const moved = { ...moving, x: moving.x + (by.x ?? 0), y: moving.y + (by.y ?? 0) };
    const guides = (["x", "y"] as const).flatMap((axis) => (by[axis] === undefined ? [] : this.guides(axis, moved, seen)));
    return { by: { x: by.x ?? 0, y: by.y ?? 0 }, guides };
  }

  private closest(axis: Axis, moving: Rect, within: number, seen: Rect): number | undefined {
    let best: { by: number; gap: number } | undefined;
    for (const own of linesOf(moving, axis))
      for (const line of this.around(axis, own, within, seen)) {
        const found = { by: line.at - own.at, gap: gap(moving, line.of, OTHER[axis]) };
        const nearer = best && Math.abs(found.by) - Math.abs(best.by);
        if (nearer === undefined || nearer < 0 || (nearer === 0 && found.gap < best!.gap)) best = found;
      }
    return best?.by;
  }

  /** A line for each edge that is level now; for the middle only where no edge is. Each leads to the nearest. */
  private guides(axis: Axis, moved: Rect, seen: Rect): Guide[] {
    const across = OTHER[axis];
    const found = linesOf(moved, axis).flatMap((own) => {
      const level = [...this.around(axis, own, SAME, seen)];
      if (level.length === 0) return [];
      const { at, of } = level.reduce((a, b) => (gap(moved, b.of, across) < gap(moved, a.of, across) ? b : a));
      const from = Math.min(startOf(moved, across), startOf(of, across));
      const to = Math.max(endOf(moved, across), endOf(of, across));
      return [{ middle: own.middle, guide: { axis, at, from, to } }];
    });
    const edges = found.filter(({ middle }) => !middle);
    return (edges.length > 0 ? edges : found).map(({ guide }) => guide);
  }

  private *around(axis: Axis, own: Line, within: number, seen: Rect): Generator<Line> {
    const lines = this.lines[axis];
    let [low, high] = [0, lines.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (lines[middle]!.at < own.at - within) low = middle + 1;
      else high = middle;
    }
    for (; low < lines.length && lines[low]!.at <= own.at + within; low++) {
      const line = lines[low]!;
      if (line.middle === own.middle && touch(line.of, seen)) yield line;
    }
  }
}
