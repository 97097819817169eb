/** Code that calls a webhook, ready to be pasted and run. */

export interface HookSnippetInput {
  /** Its address; a placeholder stands for one that is not known any more. */
  url: string;
  /** Calls have to be signed. */
  signed: boolean;
  /** What signs them, or nothing: then a placeholder stands in its place. */
  secret: string;
  /** What is sent. */
  body: Record<string, unknown>;
}

export type HookSnippetId = "curl" | "python" | "javascript";
export const HOOK_SNIPPETS: readonly HookSnippetId[] = ["curl", "python", "javascript"];

export const ADDRESS_PLACEHOLDER = "YOUR_ADDRESS";
export const SECRET_PLACEHOLDER = "YOUR_SIGNING_SECRET";

/** Within single quotes of a shell. */
const shell = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

function curl({ url, signed, secret, body }: HookSnippetInput): string {
  const text = JSON.stringify(body);
  if (!signed)
    return `curl -sS ${shell(url)} \\
  -H 'Content-Type: application/json' \\
  -d ${shell(text)}
`;
  return `BODY=${shell(text)}
SIGNATURE=$(printf %s "$BODY" | openssl dgst -sha256 -hmac ${shell(secret)} | sed 's/^.* //')
curl -sS ${shell(url)} \\
  -H 'Content-Type: application/json' \\
  -H "X-Hearth-Signature: sha256=$SIGNATURE" \\
  -d "$BODY"
`;
}

function python({ url, signed, secret, body }: HookSnippetInput): string {
  const text = JSON.stringify(JSON.stringify(body));
  const sign = signed
    ? `signature = hmac.new(${JSON.stringify(secret)}.encode(), body, hashlib.sha256).hexdigest()
headers["X-Hearth-Signature"] = f"sha256={signature}"
`
    : "";
  return `${signed ? "import hashlib, hmac\n" : ""}import urllib.request

body = ${text}.encode()
headers = {"Content-Type": "application/json"}
${sign}request = urllib.request.Request(${JSON.stringify(url)}, data=body, headers=headers, method="POST")
print(urllib.request.urlopen(request).read().decode())
`;
}

function javascript({ url, signed, secret, body }: HookSnippetInput): string {
  const sign = signed
    ? `headers["X-Hearth-Signature"] = "sha256=" + createHmac("sha256", ${JSON.stringify(secret)}).update(body).digest("hex");
`
    : "";
  return `// Save as call.mjs, run: node call.mjs
${signed ? 'import { createHmac } from "node:crypto";\n' : ""}const body = JSON.stringify(${JSON.stringify(body)});
const headers = { "Content-Type": "application/json" };
${sign}const response = await fetch(${JSON.stringify(url)}, { method: "POST", headers, body });
console.log(response.status, await response.text());
`;
}

const WRITERS: Record<HookSnippetId, (input: HookSnippetInput) => string> = { curl, python, javascript };

export function hookSnippet(id: HookSnippetId, input: HookSnippetInput): string {
  return WRITERS[id]({ ...input, secret: input.secret || SECRET_PLACEHOLDER });
}
