// @vitest-environment node
/** What people read when something failed; every code of docs/errors.md has words in both languages. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import i18next from "i18next";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ApiError } from "@/api/errors";
import en from "@/i18n/en";
import zh from "@/i18n/zh-CN";
import { errorText, failureLine, failureWords } from "./error-text";

beforeAll(() => i18next.init({ lng: "en", fallbackLng: false, resources: { en, "zh-CN": zh }, interpolation: { escapeValue: false } }));
beforeEach(() => i18next.changeLanguage("zh-CN"));

const timedOut = { code: "sandbox_timeout", message: "The code did not answer within 2 s (line 3)" };

describe("a failure", () => {
  it("is named in the reader's language, and keeps the server's own words", async () => {
    expect(failureWords(timedOut)).toEqual({ kind: "代码运行超时", message: timedOut.message });
    expect(failureLine(timedOut)).toBe(`代码运行超时：${timedOut.message}`);
    await i18next.changeLanguage("en");
    expect(failureLine(timedOut)).toBe(`The code took too long: ${timedOut.message}`);
  });

  it("says nothing twice", async () => {
    await i18next.changeLanguage("en");
    const message = "The model vendor refused the key: no such key";
    expect(failureWords({ code: "model_unauthorized", message })).toEqual({ message });
  });

  it("of an unknown code is what the server says", () => {
    expect(failureWords({ code: "small_failed", message: "It fails." })).toEqual({ message: "It fails." });
    expect(failureLine({ code: "small_failed", message: "It fails." })).toBe("It fails.");
  });

  it("is told without the server's words when there are none", () => {
    expect(failureLine({ code: "sandbox_timeout", message: "" })).toBe("代码运行超时");
  });

  it("borrows the sentence of an API error as a phrase", () => {
    expect(failureLine({ code: "disk_full", message: "x" })).toBe("服务器磁盘空间不足：x");
  });
});

describe("an API error", () => {
  const error = (code: string, message: string) => new ApiError({ status: 400, code, message });

  it("is a whole sentence when there is one", () => {
    expect(errorText(error("sign_in_failed", "No."))).toBe("邮箱或密码不正确。");
  });

  it("is named, with the server's words, when these carry the facts", () => {
    expect(errorText(error("model_in_use", "Used by Tea."))).toBe("有智能体正在使用此模型：Used by Tea.");
    expect(errorText(error("invalid_request", "name: too long."))).toBe("name: too long.");
  });
});

/** The message names the field and what is wrong with it: a name of the kind would only say that it is wrong. */
const BARE = ["invalid_request"];
// What these tables list are findings, which come in both languages, and answers to programs.
const OTHERS = /^(Problems of a draft|Findings|## OAuth|## Numbers)/;

function documented(): string[] {
  const codes: string[] = [];
  let others = false;
  for (const line of readFileSync(join(import.meta.dirname, "../../../docs/errors.md"), "utf8").split("\n")) {
    if (OTHERS.test(line)) others = true;
    else if (/^(## |What fails)/.test(line)) others = false;
    const [, first = ""] = /^\| (`.*?`) \|/.exec(line) ?? [];
    if (!others) codes.push(...[...first.matchAll(/`(\w+)`/g)].map(([, code = ""]) => code));
  }
  return [...new Set(codes)];
}

it("has words for every code that is documented", () => {
  const codes = documented();
  expect(codes).toEqual(expect.arrayContaining(["sandbox_syntax", "limit_steps", "budget_cost", "egress_dns", "model_timeout"]));
  const known = { ...(zh.errors as object), ...(zh.failures as object) };
  expect(codes.filter((code) => !(code in known || BARE.includes(code)))).toEqual([]);
});
