import { expect, it } from "vitest";
import { saidBefore } from "./said";

it("tells questions and answers in their order", () => {
  expect(saidBefore([])).toEqual([]);
  expect(
    saidBefore([
      { runId: "1", question: "Who are you?", answers: ["Ada.", "A poet."] },
      { runId: "2", question: "And now?", answers: [] },
    ]),
  ).toEqual([
    { role: "user", content: "Who are you?" },
    { role: "assistant", content: "Ada." },
    { role: "assistant", content: "A poet." },
    { role: "user", content: "And now?" },
  ]);
});

it("keeps the end of a very long conversation", () => {
  const chat = Array.from({ length: 300 }, (_, i) => ({ runId: String(i), question: `q${i}`, answers: [`a${i}`] }));
  const said = saidBefore(chat);
  expect(said).toHaveLength(200);
  expect(said.at(-1)).toEqual({ role: "assistant", content: "a299" });
});
