/** A curl command, as browsers and manuals give it, read into the params of an HTTP request. */

export interface Pair {
  name: string;
  value: string;
}

export type HttpAuth =
  | { type: "bearer"; token: string }
  | { type: "basic"; username: string; password: string }
  | { type: "header"; name: string; value: string }
  | { type: "query"; name: string; value: string };

export type HttpBody =
  | { type: "none" }
  | { type: "json"; content: string }
  | { type: "text"; content: string }
  | { type: "form"; fields: { name: string; value: string; file?: boolean }[] }
  | { type: "urlencoded"; fields: Pair[] }
  | { type: "binary"; file: string };

export interface HttpParams {
  method: string;
  url: string;
  headers: Pair[];
  query: Pair[];
  auth: HttpAuth | null;
  body: HttpBody;
  timeout_ms?: number;
  retries?: number;
}

export interface Curl {
  params: HttpParams;
  /** Options that mean nothing here, or files that a server has no hold of. */
  left: string[];
}

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];
const HAVE_VALUE = new Set([
  "request", "header", "data", "data-raw", "data-ascii", "data-binary", "data-urlencode", "json", "form", "form-string",
  "user", "url", "url-query", "cookie", "user-agent", "referer", "max-time", "retry", "oauth2-bearer", "upload-file",
  "output", "proxy", "cacert", "cert", "key", "connect-timeout", "retry-delay", "retry-max-time", "resolve", "write-out",
  "cookie-jar", "config", "limit-rate", "max-redirs", "range", "interface", "proxy-user", "dump-header", "ciphers",
  "tls-max", "proto", "unix-socket", "aws-sigv4", "noproxy", "stderr", "trace", "trace-ascii", "netrc-file", "capath",
]);
const SHORT: Record<string, string> = {
  X: "request", H: "header", d: "data", F: "form", u: "user", b: "cookie", A: "user-agent", e: "referer", m: "max-time",
  T: "upload-file", o: "output", x: "proxy", E: "cert", w: "write-out", c: "cookie-jar", K: "config", r: "range",
  U: "proxy-user", D: "dump-header", G: "get", I: "head", L: "location", s: "silent", S: "show-error", k: "insecure",
  v: "verbose", i: "include", f: "fail", g: "globoff", N: "no-buffer", O: "remote-name", J: "remote-header-name",
  "0": "http1.0", "4": "ipv4", "6": "ipv6", q: "disable", "#": "progress-bar", a: "append", n: "netrc", Z: "parallel",
};
/** What only concerns the one who runs curl: nothing is lost. */
const SILENT = new Set([
  "location", "silent", "show-error", "verbose", "include", "fail", "globoff", "no-buffer", "compressed", "progress-bar",
  "http1.0", "http1.1", "http2", "http3", "http2-prior-knowledge", "ipv4", "ipv6", "fail-with-body", "disable",
  "no-progress-meter", "tcp-nodelay", "keepalive", "no-keepalive", "path-as-is",
]);

/** The words of a shell command; `undefined` if a quote is never closed. */
export function shellWords(text: string): string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  const add = (piece: string) => (word = (word ?? "") + piece);
  const end = () => {
    if (word !== undefined) words.push(word);
    word = undefined;
  };
  for (let at = 0; at < text.length; ) {
    const rest = text.slice(at);
    const ended = /^[\\^`](\r\n|\n|\r)/.exec(rest);
    const ansi = /^\$'((?:\\[\s\S]|[^'\\])*)'/.exec(rest);
    const single = /^'([^']*)'/.exec(rest);
    const double = /^\$?"((?:\\[\s\S]|[^"\\])*)"/.exec(rest);
    const space = /^\s+/.exec(rest);
    if (ended) at += ended[0].length;
    else if (space) {
      end();
      at += space[0].length;
    } else if (ansi) {
      add(ansiText(ansi[1] ?? ""));
      at += ansi[0].length;
    } else if (single) {
      add(single[1] ?? "");
      at += single[0].length;
    } else if (double) {
      add((double[1] ?? "").replace(/\\(\r?\n)|\\([$`"\\])/g, (_, _line, plain: string | undefined) => plain ?? ""));
      at += double[0].length;
    } else if (rest.startsWith("'") || rest.startsWith('"')) return undefined;
    else if (rest.startsWith("\\") && rest.length > 1) {
      add(rest[1] ?? "");
      at += 2;
    } else if (/^[|;&]/.test(rest)) {
      // What follows is another command.
      break;
    } else {
      add(rest[0] ?? "");
      at += 1;
    }
  }
  end();
  return words;
}

const ESCAPES: Record<string, string> = { n: "\n", r: "\r", t: "\t", a: "\x07", b: "\b", f: "\f", v: "\v", e: "\x1b", "0": "\0" };

function ansiText(text: string): string {
  return text.replace(/\\(?:u([0-9a-fA-F]{1,4})|x([0-9a-fA-F]{1,2})|([\s\S]))/g, (_, unicode: string | undefined, hex: string | undefined, one: string | undefined) => {
    const code = unicode ?? hex;
    if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
    return ESCAPES[one ?? ""] ?? one ?? "";
  });
}

type Option = [name: string, value: string];

/** The options and addresses of a command; addresses have the name `url`. */
function options(words: readonly string[]): Option[] {
  const found: Option[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? "";
    const next = () => words[++at] ?? "";
    if (word.startsWith("--") && word.length > 2) {
      const [name = "", inline] = word.slice(2).split(/=(.*)/s);
      found.push([name, HAVE_VALUE.has(name) ? (inline ?? next()) : ""]);
    } else if (word.startsWith("-") && word.length > 1) {
      for (let letter = 1; letter < word.length; letter++) {
        const name = SHORT[word[letter] ?? ""] ?? `-${word[letter]}`;
        if (!HAVE_VALUE.has(name)) found.push([name, ""]);
        else {
          // The value stands behind the letter or is the next word.
          found.push([name, word.slice(letter + 1) || next()]);
          break;
        }
      }
    } else found.push(["url", word]);
  }
  return found;
}

/** Reads a command; `undefined` if it is none, or has no address. */
export function parseCurl(text: string): Curl | undefined {
  const words = shellWords(text.trim().replace(/^\$\s+/, ""));
  if (!words || !/^(.*[\\/])?curl(\.exe)?$/.test(words[0] ?? "")) return undefined;
  const left: string[] = [];
  const headers: Pair[] = [];
  const data: string[] = [];
  const fields: { name: string; value: string; file?: boolean }[] = [];
  const query: Pair[] = [];
  let method: string | undefined;
  let url: string | undefined;
  let auth: HttpAuth | null = null;
  let json = false;
  let get = false;
  let head = false;
  let timeout: number | undefined;
  let retries: number | undefined;
  for (const [name, value] of options(words.slice(1))) {
    switch (name) {
      case "request":
        method = value.toUpperCase();
        break;
      case "url":
        if (url === undefined) url = value;
        else left.push(value);
        break;
      case "header": {
        const colon = value.indexOf(":");
        if (colon > 0) headers.push({ name: value.slice(0, colon).trim(), value: value.slice(colon + 1).trim() });
        else left.push(`--header ${value}`);
        break;
      }
      case "json":
        json = true;
        data.push(value);
        break;
      case "data":
      case "data-ascii":
      case "data-binary":
      case "upload-file":
        if (name === "upload-file" || value.startsWith("@")) left.push(`--${name} ${value}`);
        else data.push(value);
        if (name === "upload-file") method ??= "PUT";
        break;
      case "data-raw":
        data.push(value);
        break;
      case "data-urlencode":
        if (/^[^=]*@/.test(value)) left.push(`--${name} ${value}`);
        else data.push(value.replace(/^([^=]*=)?([\s\S]*)$/, (_, key: string | undefined, rest: string) => `${key === "=" ? "" : (key ?? "")}${encodeURIComponent(rest)}`));
        break;
      case "form":
      case "form-string": {
        const equals = value.indexOf("=");
        const inner = value.slice(equals + 1);
        const file = name === "form" && /^[@<]/.test(inner);
        if (equals < 1) left.push(`--${name} ${value}`);
        else if (file) {
          fields.push({ name: value.slice(0, equals), value: "", file: true });
          left.push(`--form ${value}`);
        } else fields.push({ name: value.slice(0, equals), value: inner.replace(/^"([\s\S]*)"$/, "$1") });
        break;
      }
      case "user": {
        const colon = value.indexOf(":");
        auth = {
          type: "basic",
          username: colon < 0 ? value : value.slice(0, colon),
          password: colon < 0 ? "" : value.slice(colon + 1),
        };
        break;
      }
      case "oauth2-bearer":
        auth = { type: "bearer", token: value };
        break;
      case "cookie":
        if (value.includes("=")) headers.push({ name: "Cookie", value });
        else left.push(`--cookie ${value}`);
        break;
      case "user-agent":
        headers.push({ name: "User-Agent", value });
        break;
      case "referer":
        headers.push({ name: "Referer", value: value.replace(/;auto$/, "") });
        break;
      case "url-query":
        query.push(...pairs(value.replace(/^\+/, "")));
        break;
      case "get":
        get = true;
        break;
      case "head":
        head = true;
        break;
      case "max-time":
        if (Number(value) > 0) timeout = Math.min(600_000, Math.round(Number(value) * 1000));
        break;
      case "retry":
        if (Number(value) > 0) retries = Math.min(10, Math.round(Number(value)));
        break;
      default:
        if (!SILENT.has(name)) left.push([name.startsWith("-") ? name : `--${name}`, value].filter(Boolean).join(" "));
    }
  }
  if (url === undefined) return undefined;
  if (method !== undefined && !METHODS.includes(method)) {
    left.push(`--request ${method}`);
    method = undefined;
  }
  const address = splitUrl(url);
  if (get) query.push(...pairs(data.join("&")));
  // What proves who sends it belongs where it is sealed.
  const proof = headers.findIndex((header) => /^authorization$/i.test(header.name) && header.value !== "");
  if (proof >= 0 && auth === null) {
    auth = authOf(headers[proof]?.value ?? "");
    headers.splice(proof, 1);
  }
  const body: HttpBody = get ? { type: "none" } : fields.length > 0 ? { type: "form", fields } : bodyOf(data, headers, json);
  if (json) keep(headers, "Accept", "application/json");
  return {
    left,
    params: {
      method: method ?? (head ? "HEAD" : body.type === "none" ? "GET" : "POST"),
      url: address.url,
      headers,
      query: [...address.query, ...query],
      auth,
      body,
      ...(timeout === undefined ? {} : { timeout_ms: timeout }),
      ...(retries === undefined ? {} : { retries }),
    },
  };
}

/** What a header `Authorization` says. */
function authOf(value: string): HttpAuth {
  const [, scheme = "", rest = ""] = /^(\S+)\s+(\S[\s\S]*)$/.exec(value) ?? [];
  if (/^bearer$/i.test(scheme)) return { type: "bearer", token: rest };
  const pair = /^basic$/i.test(scheme) ? fromBase64(rest) : undefined;
  const colon = pair?.indexOf(":") ?? -1;
  if (pair !== undefined && colon >= 0) return { type: "basic", username: pair.slice(0, colon), password: pair.slice(colon + 1) };
  return { type: "header", name: "Authorization", value };
}

function fromBase64(text: string): string | undefined {
  try {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function keep(headers: Pair[], name: string, value: string): void {
  if (!headers.some((header) => header.name.toLowerCase() === name.toLowerCase())) headers.push({ name, value });
}

/** Says what is sent; the header that the kind of body makes by itself is taken away. */
function bodyOf(data: readonly string[], headers: Pair[], json: boolean): HttpBody {
  if (data.length === 0) return { type: "none" };
  const content = data.join(json ? "" : "&");
  const at = headers.findIndex(({ name }) => /^content-type$/i.test(name));
  const type = (headers[at]?.value ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  const drop = () => {
    if (at >= 0) headers.splice(at, 1);
  };
  if (json || type === "application/json" || (type === "" && isJson(content))) {
    drop();
    return { type: "json", content: pretty(content) };
  }
  if (type === "application/x-www-form-urlencoded" || type === "") {
    const fields = content.includes("=") ? pairs(content) : [];
    // What is no list of names and values is sent as it stands.
    if (fields.length > 0) {
      drop();
      return { type: "urlencoded", fields };
    }
    keep(headers, "Content-Type", "application/x-www-form-urlencoded");
  }
  return { type: "text", content };
}

function isJson(text: string): boolean {
  if (!/^\s*[[{]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function pretty(text: string): string {
  // Numbers too large for JavaScript would be changed.
  if (/\d{16}/.test(text)) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}

function pairs(text: string): Pair[] {
  return text
    .split("&")
    .filter((part) => part !== "")
    .map((part) => {
      const equals = part.indexOf("=");
      return equals < 0
        ? { name: decoded(part), value: "" }
        : { name: decoded(part.slice(0, equals)), value: decoded(part.slice(equals + 1)) };
    });
}

/** The address without its query, and the query. */
function splitUrl(text: string): { url: string; query: Pair[] } {
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  const [plain = ""] = address.split("#");
  const mark = plain.indexOf("?");
  if (mark < 0) return { url: plain, query: [] };
  return { url: plain.slice(0, mark), query: pairs(plain.slice(mark + 1)) };
}
