/**
 * First load: the entry, its static imports, the shell and one language, gzipped.
 * Fails above the limit that the product promises.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const LIMIT = 300_000;
const dist = join(import.meta.dirname, "../dist");
const manifest = JSON.parse(readFileSync(join(dist, ".vite/manifest.json"), "utf8"));
// What every signed-in page loads before it can be used.
const roots = ["index.html", "src/app/Shell.tsx", "src/i18n/zh-CN.ts"];
const files = new Set();
const visit = (key) => {
  const chunk = manifest[key];
  if (!chunk) throw new Error(`the manifest has no ${key}`);
  if (files.has(chunk.file)) return;
  files.add(chunk.file);
  for (const next of chunk.imports ?? []) visit(next);
};
roots.forEach(visit);

let total = 0;
for (const file of files) total += gzipSync(readFileSync(join(dist, file))).length;
console.log(`first load: ${(total / 1000).toFixed(1)} kB of script gzipped, ${files.size} files`);
if (total > LIMIT) {
  console.error(`more than the ${LIMIT / 1000} kB promised`);
  process.exitCode = 1;
}
