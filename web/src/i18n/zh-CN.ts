/** All of this language's texts, by feature. */
const files = import.meta.glob<Record<string, unknown>>("./zh-CN/*.json", {
  eager: true,
  import: "default",
});

export default Object.fromEntries(
  Object.entries(files).map(([file, keys]) => [file.replace(/^.*\/|\.json$/g, ""), keys]),
);
