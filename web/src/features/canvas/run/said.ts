/** What was said to a chatflow before, as a run is told. */
import type { Exchange } from "./store";

export interface Said {
  role: "user" | "assistant";
  content: string;
}

/** Messages that the API takes. */
const MOST = 200;

/** Oldest first; of a very long conversation the end. */
export function saidBefore(chat: readonly Exchange[]): Said[] {
  const said = chat.flatMap(({ question, answers }): Said[] => [
    { role: "user", content: question },
    ...answers.map((content) => ({ role: "assistant" as const, content })),
  ]);
  return said.slice(-MOST);
}
