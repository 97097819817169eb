import { describe, expect, it } from "vitest";
import { parseCurl, shellWords } from "./curl";

const params = (text: string) => parseCurl(text)?.params;

describe("words of a shell", () => {
  it("are cut at spaces outside of quotes", () => {
    expect(shellWords(`a 'b c' "d \\"e\\" $x" f\\ g`)).toEqual(["a", "b c", 'd "e" $x', "f g"]);
  });
  it("go on over the ends of lines", () => {
    expect(shellWords("curl \\\n  -X POST \\\r\n 'u' ^\n-v")).toEqual(["curl", "-X", "POST", "u", "-v"]);
  });
  it("know the quotes of Chrome", () => {
    expect(shellWords(`--data-raw $'it\\'s\\n\\u0041\\x42'`)).toEqual(["--data-raw", "it's\nAB"]);
  });
  it("end where another command begins", () => {
    expect(shellWords("curl a | jq . ; rm b")).toEqual(["curl", "a"]);
  });
  it("need their quotes closed", () => {
    expect(shellWords("curl 'a")).toBeUndefined();
  });
});

describe("a curl command", () => {
  it("is a GET without anything", () => {
    expect(parseCurl("curl https://a.example/x")).toEqual({
      left: [],
      params: { method: "GET", url: "https://a.example/x", headers: [], query: [], auth: null, body: { type: "none" } },
    });
  });

  it("gives method, headers and a body of JSON", () => {
    const text = `curl --request PUT 'https://api.example.com/v1/items?page=2&q=a%20b' \\
      -H 'Authorization: Bearer sk-1' -H 'Content-Type: application/json' -H "X-Id: 7" \\
      --data '{"name": "tea", "id": 1}'`;
    expect(params(text)).toEqual({
      method: "PUT",
      url: "https://api.example.com/v1/items",
      headers: [{ name: "X-Id", value: "7" }],
      query: [
        { name: "page", value: "2" },
        { name: "q", value: "a b" },
      ],
      auth: { type: "bearer", token: "sk-1" },
      body: { type: "json", content: '{\n  "name": "tea",\n  "id": 1\n}' },
    });
  });

  it("puts what proves who sends it where it is sealed", () => {
    const auth = (value: string) => params(`curl a.example -H 'authorization: ${value}'`);
    expect(auth("Basic YTrDqTpi")).toMatchObject({ headers: [], auth: { type: "basic", username: "a", password: "é:b" } });
    for (const value of ["Token x", "sk-1", "Basic !!", "Basic YQ=="])
      expect(auth(value)).toMatchObject({ headers: [], auth: { type: "header", name: "Authorization", value } });
    expect(params("curl a.example -u a:b -H 'Authorization: Bearer t'")).toMatchObject({
      headers: [{ name: "Authorization", value: "Bearer t" }],
      auth: { type: "basic", username: "a", password: "b" },
    });
  });

  it("posts what it is given", () => {
    expect(params("curl a.example -d a=1 -d 'b=x+y'")).toMatchObject({
      method: "POST",
      url: "http://a.example",
      body: { type: "urlencoded", fields: [{ name: "a", value: "1" }, { name: "b", value: "x y" }] },
    });
    expect(params("curl a.example --json '[1]'")).toMatchObject({
      method: "POST",
      headers: [{ name: "Accept", value: "application/json" }],
      body: { type: "json", content: "[\n  1\n]" },
    });
    expect(params("curl a.example -H 'content-type: text/plain' --data-binary hello")).toMatchObject({
      headers: [{ name: "content-type", value: "text/plain" }],
      body: { type: "text", content: "hello" },
    });
  });

  it("leaves large numbers as they are written", () => {
    expect(params(`curl a.example -d '{"id": 7380000000000004099}'`)?.body).toEqual({
      type: "json",
      content: '{"id": 7380000000000004099}',
    });
  });

  it("puts data into the query with -G", () => {
    expect(params("curl -G a.example --data-urlencode 'q=a b&c' -d n=1")).toMatchObject({
      method: "GET",
      query: [{ name: "q", value: "a b&c" }, { name: "n", value: "1" }],
      body: { type: "none" },
    });
  });

  it("knows forms, and says which files it could not take", () => {
    expect(parseCurl(`curl -F 'title="A b"' -F file=@photo.png https://a.example/up`)).toMatchObject({
      params: { method: "POST", body: { type: "form", fields: [{ name: "title", value: "A b" }, { name: "file", value: "", file: true }] } },
      left: ["--form file=@photo.png"],
    });
    expect(parseCurl("curl -T big.bin https://a.example/up")).toMatchObject({ params: { method: "PUT" }, left: ["--upload-file big.bin"] });
  });

  it("takes short options together", () => {
    expect(params("curl -sSLXDELETE -uann:s:3 -m 2.5 --retry 3 https://a.example")).toMatchObject({
      method: "DELETE",
      auth: { type: "basic", username: "ann", password: "s:3" },
      timeout_ms: 2500,
      retries: 3,
    });
  });

  it("has cookies, agents and referers as headers", () => {
    expect(params("curl -b a=1 -A agent/1 -e https://r.example --compressed https://a.example")?.headers).toEqual([
      { name: "Cookie", value: "a=1" },
      { name: "User-Agent", value: "agent/1" },
      { name: "Referer", value: "https://r.example" },
    ]);
  });

  it("names what it left out", () => {
    expect(parseCurl("curl -k --proxy http://p:1 -o out.json https://a.example https://b.example")?.left).toEqual([
      "--insecure",
      "--proxy http://p:1",
      "--output out.json",
      "https://b.example",
    ]);
  });

  it.each(["", "wget https://a.example", "curl", "curl -X POST", "curl 'https://a", "not a command"])("is not %j", (text) =>
    expect(parseCurl(text)).toBeUndefined(),
  );

  it("survives what is hostile", () => {
    expect(params(`curl https://a.example -d '${"%".repeat(5000)}=1'`)?.method).toBe("POST");
    expect(params(`curl ${"-H 'a: b' ".repeat(5000)} https://a.example`)?.headers).toHaveLength(5000);
  });
});
