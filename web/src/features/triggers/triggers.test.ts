// @vitest-environment node
import { execFileSync } from "node:child_process";
import { createHmac } from "node:crypto";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Trigger } from "@/api/types";
import { formOf, scheduleOf, triggerOf, triggerSchema } from "./form";
import { HOOK_SNIPPETS, hookSnippet, SECRET_PLACEHOLDER } from "./snippets";

const body = { name: "It's \"here\"", n: 1, 中: "文" };

/** Runs a snippet against a server of ours, in a process of its own; what arrived there. */
async function sent(id: (typeof HOOK_SNIPPETS)[number], signed: boolean) {
  const arrived: { headers: IncomingHttpHeaders; body: string }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      arrived.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
      response.end("{}");
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks/x`;
  const text = hookSnippet(id, { url, signed, secret: "hsec_secret", body });
  const dir = mkdtempSync(join(tmpdir(), "snippet-"));
  const [file, program] = { curl: ["call.sh", "bash"], python: ["call.py", "python3"], javascript: ["call.mjs", process.execPath] }[id] as [string, string];
  writeFileSync(join(dir, file), text);
  const { spawn } = await import("node:child_process");
  const code = await new Promise<number | null>((done) => {
    const env = { ...process.env, no_proxy: "127.0.0.1", NO_PROXY: "127.0.0.1" };
    spawn(program, [join(dir, file)], { env, stdio: "ignore" }).on("exit", done);
  });
  server.close();
  expect(code, text).toBe(0);
  return arrived;
}

const has = (program: string): boolean => {
  try {
    execFileSync("sh", ["-c", `command -v ${program}`], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
};

describe("snippets of a webhook", () => {
  const needs = { curl: ["curl", "openssl"], python: ["python3"], javascript: [] };
  for (const id of HOOK_SNIPPETS)
    for (const signed of [false, true])
      it.runIf(needs[id].every(has))(`${id} sends the body${signed ? " with its signature" : ""}`, { timeout: 30_000 }, async () => {
        const [call, ...more] = await sent(id, signed);
        expect(more).toEqual([]);
        expect(JSON.parse(call!.body)).toEqual(body);
        expect(call!.headers["content-type"]).toBe("application/json");
        const signature = `sha256=${createHmac("sha256", "hsec_secret").update(call!.body).digest("hex")}`;
        expect(call!.headers["x-hearth-signature"]).toBe(signed ? signature : undefined);
      });

  it("say where the secret goes when it is not known", () => {
    for (const id of HOOK_SNIPPETS) {
      expect(hookSnippet(id, { url: "u", signed: true, secret: "", body })).toContain(SECRET_PLACEHOLDER);
      expect(hookSnippet(id, { url: "u", signed: false, secret: "", body })).not.toContain("Signature");
    }
  });
});

describe("the form of a trigger", () => {
  it("gives back the trigger it was made of", () => {
    const schedule = { every_minutes: 120, time_zone: "Asia/Shanghai", missed: "skip", overlap: "skip" } as const;
    const trigger = { name: "t", version: "v1.0.0", inputs: { a: "{{due_at}}" }, schedule, webhook: null } as unknown as Trigger;
    const form = formOf(trigger, "UTC");
    expect([form.repeats, form.every, form.unit]).toEqual(["every", "2", "hours"]);
    expect(triggerOf("schedule", form)).toEqual({ name: "t", version: "v1.0.0", inputs: { a: "{{due_at}}" }, schedule });
    const webhook = { signed: true, answer: "wait" } as const;
    const hook = { ...trigger, inputs: {}, schedule: null, webhook };
    expect(triggerOf("webhook", formOf(hook, "UTC"))).toEqual({ name: "t", version: "v1.0.0", inputs: {}, webhook });
  });

  it("begins with the reader's own zone", () => {
    expect(scheduleOf(formOf(undefined, "Asia/Tokyo"))).toEqual({
      cron: "0 9 * * MON-FRI",
      time_zone: "Asia/Tokyo",
      missed: "run_once",
      overlap: "allow",
    });
  });

  it("takes a JSON object or nothing as inputs", () => {
    const wrong = (inputs: string) => !triggerSchema.safeParse({ ...formOf(undefined, ""), name: "t", inputs }).success;
    expect([" ", "{}", '{"a":1}', "[]", "x", "1", "null"].map(wrong)).toEqual([false, false, false, true, true, true, true]);
    expect(triggerSchema.safeParse({ ...formOf(undefined, ""), name: "t", every: "0" }).success).toBe(false);
  });
});
