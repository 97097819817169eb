import { isRecord } from "../pointer";

export interface Line {
  level: string;
  text: string;
}

/** What the code printed, as the sandbox keeps it. */
export function consoleOf(raw: unknown): Line[] {
  const lines: unknown = isRecord(raw) ? raw.console : undefined;
  if (typeof lines === "string") return lines === "" ? [] : [{ level: "log", text: lines }];
  if (!Array.isArray(lines)) return [];
  return lines.map((line: unknown): Line => {
    if (!isRecord(line)) return { level: "log", text: String(line) };
    return { level: typeof line.level === "string" ? line.level : "log", text: String(line.text ?? "") };
  });
}
