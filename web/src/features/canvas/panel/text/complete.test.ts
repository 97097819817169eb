import { CompletionContext, type Completion } from "@codemirror/autocomplete";
import { EditorState } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { describe, expect, it } from "vitest";
import { changeBetween } from "./change";
import { codeCompletion, expressionCompletion, pathsOf, templateCompletion, type Words } from "./complete";

const words: Words = {
  known: [
    { name: "user", type: { object: [{ name: "name", type: "string" }, { name: "two words", type: "string" }] }, from: "Start › user" },
    { name: "list", type: { list: "string" } },
  ],
  offers: () => [{ label: "Fetch › body", type: "string", group: "Earlier", take: () => "body" }],
  inputs: "Inputs",
  functions: "Functions",
};

/** What is offered where `|` stands, and what a choice makes of the text. */
function at(marked: string, source: (context: CompletionContext) => unknown, explicit = false) {
  const pos = marked.indexOf("|");
  const doc = marked.replace("|", "");
  const result = source(new CompletionContext(EditorState.create({ doc }), pos, explicit)) as {
    from: number;
    options: Completion[];
  } | null;
  return {
    labels: result?.options.map(({ label }) => label) ?? [],
    choose: (label: string) => {
      const view = new EditorView({ state: EditorState.create({ doc }) });
      const option = result?.options.find((one) => one.label === label);
      if (typeof option?.apply === "function") option.apply(view, option, result?.from ?? 0, pos);
      const text = view.state.doc.toString();
      view.destroy();
      return text;
    },
  };
}

describe("places of a name", () => {
  it("are what its type declares", () => {
    expect(pathsOf(words.known[0]!).map(({ path }) => path)).toEqual([["user"], ["user", "name"], ["user", "two words"]]);
    expect(pathsOf(words.known[1]!).map(({ path }) => path)).toEqual([["list"], ["list", 0]]);
    expect(pathsOf({ name: "x", type: undefined })).toHaveLength(1);
  });
});

describe("completion in a template", () => {
  const source = templateCompletion(() => words);

  it("begins after two braces", () => {
    expect(at("Hello {|", source).labels).toEqual([]);
    expect(at("Hello {{|", source).labels).toEqual(["user", "user.name", 'user["two words"]', "list", "list[0]", "Fetch › body"]);
    expect(at("{{a}} |", source).labels).toEqual([]);
  });

  it("closes the braces unless they are closed", () => {
    expect(at("a {{us|", source).choose("user.name")).toBe("a {{user.name}}");
    expect(at("a {{ us|}} b", source).choose("user")).toBe("a {{ user}} b");
  });

  it("makes an input of what is none", () => {
    expect(at("{{|", source).choose("Fetch › body")).toBe("{{body}}");
  });
});

describe("completion in an expression", () => {
  const source = expressionCompletion(() => words);

  it("has names, what can be taken, functions, and methods after a point", () => {
    expect(at("us|", source).labels).toEqual(expect.arrayContaining(["user", "user.name", "Fetch › body", "size"]));
    expect(at("list.|", source).labels).toEqual(expect.arrayContaining(["list.filter", "list.size"]));
    expect(at("1 + |", source).labels).toEqual([]);
    expect(at("|", source, true).labels).toContain("user");
  });
});

describe("completion in code", () => {
  it("has the inputs behind params", () => {
    const js = codeCompletion("javascript", () => words);
    expect(at("x = params.|", js).choose("user")).toBe("x = params.user");
    expect(at('x = params["|"]', js).choose("user")).toBe('x = params["user"]');
    expect(at("x = par|", js).labels).toEqual([]);
  });

  it("are keys in Python", () => {
    const python = codeCompletion("python", () => words);
    expect(at("x = params.us|", python).choose("user")).toBe('x = params["user"]');
    expect(at("x = params[|", python).choose("list")).toBe('x = params["list"]');
  });
});

describe("the change between two texts", () => {
  it.each([
    ["", ""], ["abc", "abc"], ["abc", "abXc"], ["abXc", "abc"], ["aaa", "aa"], ["", "x"], ["x", ""], ["abab", "ab"], ["one two", "one 2 two"],
  ])("from %j to %j is small and right", (before, after) => {
    const { from, to, insert } = changeBetween(before, after);
    expect(before.slice(0, from) + insert + before.slice(to)).toBe(after);
    expect(insert.length).toBeLessThanOrEqual(after.length);
  });
});
