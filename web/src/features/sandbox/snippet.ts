/** What the pane begins with, and what it takes as params. */
import type { CodeLanguage } from "@/api/types";

export const EXAMPLES: Record<CodeLanguage, string> = {
  javascript: `async function main({ params }: Args): Promise<Output> {
  console.log("params", params);
  return { greeting: \`Hello, \${params.input}\` };
}
`,
  python: `async def main(args: Args) -> Output:
    params = args.params
    print("params", params)
    return {"greeting": f"Hello, {params['input']}"}
`,
};

/** The object that the text is; nothing when it is none. */
export function parseParams(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text.trim() || "{}");
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
