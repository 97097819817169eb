/** Engines for people's code, and snippets. */
import type { Schemas } from "./base";

export type CodeLanguage = Schemas["CodeLanguage"];
export type SandboxEngine = Schemas["SandboxEngine"];
export type SandboxEngines = Schemas["SandboxEngines"];
export type Snippet = Schemas["RunSnippet"];
export type SnippetResult = Schemas["SnippetResult"];
