// What every script finds beside the language itself. Evaluated in every context; `host` holds the native functions.
export default function (host) {
  const { stringify, parse } = JSON;
  const define = (name, value) =>
    Object.defineProperty(globalThis, name, { value, writable: true, enumerable: false, configurable: true });

  // console
  const show = (value, depth, seen) => {
    switch (typeof value) {
      case 'string': return depth === 0 ? value : stringify(value);
      case 'function': return `[Function ${value.name || '(anonymous)'}]`;
      case 'bigint': return `${value}n`;
      case 'symbol': return value.toString();
      case 'object': break;
      default: return String(value);
    }
    if (value === null) return 'null';
    if (value instanceof Error) return value.stack ? `${value}\n${value.stack}`.trimEnd() : String(value);
    if (value instanceof Date) return isNaN(value) ? 'Invalid Date' : value.toISOString();
    if (value instanceof RegExp) return String(value);
    if (value instanceof Promise) return 'Promise';
    if (seen.includes(value)) return '[Circular]';
    if (depth > 4) return Array.isArray(value) ? '[Array]' : '[Object]';
    seen = [...seen, value];
    const list = (items, open, close) => (items.length ? `${open} ${items.join(', ')} ${close}` : open + close);
    if (Array.isArray(value) || ArrayBuffer.isView(value)) {
      const items = Array.from(value).slice(0, 100).map((v) => show(v, depth + 1, seen));
      if (value.length > 100) items.push(`… ${value.length - 100} more`);
      return list(items, '[', ']');
    }
    if (value instanceof Map) return 'Map ' + list([...value].map(([k, v]) => `${show(k, depth + 1, seen)} => ${show(v, depth + 1, seen)}`), '{', '}');
    if (value instanceof Set) return 'Set ' + list([...value].map((v) => show(v, depth + 1, seen)), '{', '}');
    const name = value.constructor && value.constructor !== Object && value.constructor.name ? value.constructor.name + ' ' : '';
    return name + list(Object.keys(value).map((k) => `${k}: ${show(value[k], depth + 1, seen)}`), '{', '}');
  };
  const line = (values) => values.map((v) => { try { return show(v, 0, []); } catch { return '[unprintable]'; } }).join(' ');
  const write = (level) => (...values) => { host.log(level, line(values)); };
  const console = { log: write('l'), info: write('l'), debug: write('l'), trace: write('l'), warn: write('w'), error: write('e') };
  console.table = console.log;
  console.dir = (value) => console.log(value);
  console.assert = (holds, ...values) => { if (!holds) console.error('Assertion failed', ...values); };
  console.group = console.log; console.groupEnd = () => {};
  const clocks = new Map();
  console.time = (label = 'default') => { clocks.set(label, Date.now()); };
  console.timeEnd = (label = 'default') => { console.log(`${label}: ${Date.now() - (clocks.get(label) ?? Date.now())}ms`); clocks.delete(label); };
  define('console', console);

  // timers
  let timers = [];
  let last = 0;
  const start = (callback, delay, values, every) => {
    if (typeof callback !== 'function') throw new TypeError('a timer needs a function');
    delay = Math.max(Number(delay) || 0, every ? 1 : 0);
    last += 1;
    timers.push({ id: last, at: Date.now() + delay, callback, values, every: every ? delay : null });
    return last;
  };
  const stop = (id) => { timers = timers.filter((t) => t.id !== id); };
  define('setTimeout', (callback, delay, ...values) => start(callback, delay, values, false));
  define('setInterval', (callback, delay, ...values) => start(callback, delay, values, true));
  define('setImmediate', (callback, ...values) => start(callback, 0, values, false));
  define('clearTimeout', stop); define('clearInterval', stop); define('clearImmediate', stop);
  define('queueMicrotask', (callback) => { Promise.resolve().then(callback); });
  // Runs the timer that is due; tells the milliseconds until the next, -1 when there is none.
  const tick = () => {
    if (timers.length === 0) return -1;
    let next = timers[0];
    for (const timer of timers) if (timer.at < next.at) next = timer;
    const wait = next.at - Date.now();
    if (wait > 0) return wait;
    if (next.every === null) stop(next.id); else next.at = Date.now() + next.every;
    next.callback(...next.values);
    return 0;
  };

  // text and bytes; to the native side bytes go as text with one character for each
  const latin = (bytes) => {
    let text = '';
    for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode.apply(null, bytes.subarray(i, i + 8192));
    return text;
  };
  const viewed = (bytes) => (ArrayBuffer.isView(bytes) ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength) : new Uint8Array(bytes));
  define('TextEncoder', class TextEncoder { get encoding() { return 'utf-8'; } encode(text = '') { return new Uint8Array(host.encode(String(text))); } });
  define('TextDecoder', class TextDecoder {
    constructor(label = 'utf-8') { if (!/^utf-?8$/i.test(label)) throw new RangeError(`TextDecoder knows utf-8 only, not ${label}`); }
    get encoding() { return 'utf-8'; }
    decode(bytes) {
      return bytes === undefined ? '' : host.decode(latin(viewed(bytes)));
    }
  });
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  define('btoa', (text) => {
    text = String(text);
    let out = '';
    for (let i = 0; i < text.length; i += 3) {
      const codes = [0, 1, 2].map((k) => text.charCodeAt(i + k));
      if (codes.some((c) => c > 255)) throw new RangeError('btoa takes characters up to U+00FF; encode others with TextEncoder');
      const [a, b, c] = codes.map((k) => k || 0);
      const bits = (a << 16) | (b << 8) | c;
      out += letters[bits >> 18] + letters[(bits >> 12) & 63] + (i + 1 < text.length ? letters[(bits >> 6) & 63] : '=') + (i + 2 < text.length ? letters[bits & 63] : '=');
    }
    return out;
  });
  define('atob', (text) => {
    text = String(text).replace(/[\t\n\f\r ]/g, '').replace(/={1,2}$/, '');
    let out = '', bits = 0, held = 0;
    for (const letter of text) {
      const value = letters.indexOf(letter);
      if (value < 0) throw new RangeError('atob: this is not base64');
      bits = (bits << 6) | value; held += 6;
      if (held >= 8) { held -= 8; out += String.fromCharCode((bits >> held) & 255); }
    }
    return out;
  });
  const copy = (value, seen) => {
    if (typeof value === 'function' || typeof value === 'symbol') throw new TypeError('structuredClone cannot copy functions and symbols');
    if (typeof value !== 'object' || value === null) return value;
    if (seen.has(value)) return seen.get(value);
    const keep = (target) => { seen.set(value, target); return target; };
    if (value instanceof Date) return new Date(value);
    if (value instanceof RegExp) return new RegExp(value.source, value.flags);
    if (value instanceof ArrayBuffer) return value.slice(0);
    if (ArrayBuffer.isView(value)) return value.slice ? value.slice() : value;
    if (value instanceof Map) { const m = keep(new Map()); for (const [k, v] of value) m.set(copy(k, seen), copy(v, seen)); return m; }
    if (value instanceof Set) { const s = keep(new Set()); for (const v of value) s.add(copy(v, seen)); return s; }
    if (value instanceof Error) { const e = keep(new value.constructor(value.message)); return e; }
    const target = keep(Array.isArray(value) ? [] : {});
    for (const key of Object.keys(value)) target[key] = copy(value[key], seen);
    return target;
  };
  define('structuredClone', (value) => copy(value, new Map()));
  define('crypto', {
    getRandomValues(view) { const bytes = new Uint8Array(host.random(view.byteLength)); new Uint8Array(view.buffer, view.byteOffset, view.byteLength).set(bytes); return view; },
    randomUUID() {
      const b = new Uint8Array(host.random(16));
      b[6] = (b[6] & 15) | 64; b[8] = (b[8] & 63) | 128;
      const hex = Array.from(b, (x) => x.toString(16).padStart(2, '0')).join('');
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
    },
  });
  define('require', (name) => { throw new Error(`Import refused: ${name}. There are no modules here.`); });

  // fetch, through the server
  class Headers {
    #map = new Map();
    constructor(init) {
      const pairs = init instanceof Headers || Array.isArray(init) ? [...init] : Object.entries(init ?? {});
      for (const [name, value] of pairs) this.append(name, value);
    }
    append(name, value) { name = String(name).toLowerCase(); const held = this.#map.get(name); this.#map.set(name, held === undefined ? String(value) : `${held}, ${value}`); }
    set(name, value) { this.#map.set(String(name).toLowerCase(), String(value)); }
    get(name) { return this.#map.get(String(name).toLowerCase()) ?? null; }
    has(name) { return this.#map.has(String(name).toLowerCase()); }
    delete(name) { this.#map.delete(String(name).toLowerCase()); }
    forEach(callback) { for (const [name, value] of this.#map) callback(value, name, this); }
    entries() { return this.#map.entries(); }
    keys() { return this.#map.keys(); }
    values() { return this.#map.values(); }
    [Symbol.iterator]() { return this.#map.entries(); }
  }
  class Response {
    #bytes;
    constructor(answer, bytes) {
      this.status = answer.status; this.ok = answer.status >= 200 && answer.status < 300; this.url = answer.url;
      this.statusText = ''; this.headers = new Headers(answer.headers); this.#bytes = bytes;
    }
    async arrayBuffer() { return this.#bytes; }
    async text() { return host.decode(latin(new Uint8Array(this.#bytes))); }
    async json() { return parse(host.decode(latin(new Uint8Array(this.#bytes)))); }
  }
  define('Headers', Headers);
  define('fetch', async (resource, options = {}) => {
    const headers = new Headers(options.headers);
    let body = options.body ?? null;
    if (body !== null) {
      if (typeof body === 'string') body = latin(new Uint8Array(host.encode(body)));
      else if (ArrayBuffer.isView(body) || body instanceof ArrayBuffer) body = latin(viewed(body));
      else throw new TypeError('fetch: the body must be text or bytes');
    }
    const wish = { url: String(resource?.url ?? resource), method: String(options.method ?? 'GET').toUpperCase(), headers: [...headers] };
    const [answer, bytes] = host.fetch(stringify(wish), body);
    return new Response(parse(answer), bytes);
  });
  return { tick };
}
