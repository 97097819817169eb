/** The keyboard map: what each key does, for handling it and for showing it. */

export type KeyAction =
  | "undo" | "redo" | "save" | "find" | "copy" | "cut" | "paste" | "duplicate" | "selectAll" | "remove"
  | "add" | "connect" | "open" | "note" | "arrange" | "json"
  | "next" | "previous" | "onward" | "back" | "move" | "moveFar" | "resize" | "escape"
  | "fit" | "zoomIn" | "zoomOut" | "zoomFull" | "pointer" | "hand" | "minimap" | "palette" | "findings" | "keys";
/** Handled where runs are. */
export type RunKeyAction = "run" | "goOn" | "step" | "inspect";

export interface Shortcut {
  /** `anywhere` is looked at by drags themselves. */
  action: KeyAction | RunKeyAction | "anywhere";
  /** As people read it; `Mod` is Ctrl or ⌘. */
  keys: readonly string[];
}

/** In the order they are shown. */
export const KEY_GROUPS: readonly { group: "edit" | "go" | "look" | "run"; shortcuts: readonly Shortcut[] }[] = [
  {
    group: "edit",
    shortcuts: [
      { action: "add", keys: ["A"] },
      { action: "connect", keys: ["C"] },
      { action: "open", keys: ["Enter"] },
      { action: "note", keys: ["N"] },
      { action: "remove", keys: ["Delete"] },
      { action: "copy", keys: ["Mod+C"] },
      { action: "cut", keys: ["Mod+X"] },
      { action: "paste", keys: ["Mod+V"] },
      { action: "duplicate", keys: ["Mod+D"] },
      { action: "undo", keys: ["Mod+Z"] },
      { action: "redo", keys: ["Mod+Shift+Z"] },
      { action: "save", keys: ["Mod+S"] },
      { action: "arrange", keys: ["Shift+L"] },
      { action: "move", keys: ["↑ ↓ ← →"] },
      { action: "moveFar", keys: ["Shift+↑ ↓ ← →"] },
      { action: "resize", keys: ["Alt+Shift+↑ ↓ ← →"] },
      { action: "anywhere", keys: ["Alt"] },
    ],
  },
  {
    group: "run",
    shortcuts: [
      { action: "run", keys: ["Mod+Enter"] },
      { action: "goOn", keys: ["F8"] },
      { action: "step", keys: ["F10"] },
      { action: "inspect", keys: ["I"] },
    ],
  },
  {
    group: "go",
    shortcuts: [
      { action: "next", keys: ["Tab"] },
      { action: "previous", keys: ["Shift+Tab"] },
      { action: "onward", keys: ["Alt+→"] },
      { action: "back", keys: ["Alt+←"] },
      { action: "selectAll", keys: ["Mod+A"] },
      { action: "escape", keys: ["Esc"] },
      { action: "find", keys: ["Mod+F"] },
      { action: "findings", keys: ["E"] },
    ],
  },
  {
    group: "look",
    shortcuts: [
      { action: "fit", keys: ["F"] },
      { action: "zoomIn", keys: ["Mod++"] },
      { action: "zoomOut", keys: ["Mod+-"] },
      { action: "zoomFull", keys: ["Mod+0"] },
      { action: "pointer", keys: ["V"] },
      { action: "hand", keys: ["H"] },
      { action: "minimap", keys: ["M"] },
      { action: "palette", keys: ["P"] },
      { action: "json", keys: ["J"] },
      { action: "keys", keys: ["?"] },
    ],
  },
];

export interface Stroke {
  key: string;
  mod: boolean;
  shift: boolean;
  alt: boolean;
}

export const strokeOf = (event: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "shiftKey" | "altKey">): Stroke => ({
  key: event.key.length === 1 ? event.key.toLowerCase() : event.key,
  mod: event.ctrlKey || event.metaKey,
  shift: event.shiftKey,
  alt: event.altKey,
});

const WITH_MOD: Record<string, KeyAction> = {
  z: "undo",
  y: "redo",
  s: "save",
  f: "find",
  d: "duplicate",
  a: "selectAll",
  "=": "zoomIn",
  "+": "zoomIn",
  "-": "zoomOut",
  "0": "zoomFull",
};
const PLAIN: Record<string, KeyAction> = {
  a: "add",
  c: "connect",
  n: "note",
  f: "fit",
  v: "pointer",
  h: "hand",
  m: "minimap",
  p: "palette",
  e: "findings",
  j: "json",
  Enter: "open",
  Delete: "remove",
  Backspace: "remove",
  Escape: "escape",
};
/** What a key does to runs. */
export function runActionOf({ key, mod, shift, alt }: Stroke): RunKeyAction | undefined {
  if (mod) return key === "Enter" ? "run" : undefined;
  if (key === "F8") return "goOn";
  if (key === "F10") return "step";
  return key === "i" && !shift && !alt ? "inspect" : undefined;
}

const isArrow = (key: string) => /^Arrow(Up|Down|Left|Right)$/.test(key);

/** What a key does; copying and pasting are the browser's own events. */
export function actionOf({ key, mod, shift, alt }: Stroke): KeyAction | undefined {
  if (mod) return alt ? undefined : key === "z" && shift ? "redo" : shift && key !== "+" ? undefined : WITH_MOD[key];
  if (isArrow(key)) {
    if (alt && shift) return "resize";
    if (alt) return key === "ArrowRight" ? "onward" : key === "ArrowLeft" ? "back" : undefined;
    return shift ? "moveFar" : "move";
  }
  if (alt) return undefined;
  if (key === "Tab") return shift ? "previous" : "next";
  if (key === "?") return "keys";
  if (shift) return key === "l" ? "arrange" : undefined;
  return PLAIN[key];
}

/** Which way an arrow points, in steps. */
export function arrow(key: string, step: number): { x: number; y: number } {
  const along = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] }[key] ?? [0, 0];
  return { x: along[0]! * step, y: along[1]! * step };
}

/** A shortcut as this computer's keyboard names it. */
export function shown(keys: string, mac = /Mac|iPhone|iPad/.test(navigator.userAgent)): string {
  return mac ? keys.replace("Mod+", "⌘").replace("Shift+", "⇧").replace("Alt+", "⌥") : keys.replace("Mod", "Ctrl");
}
