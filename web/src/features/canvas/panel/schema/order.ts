/** The order of parameters: schemas have them by the alphabet, people read what matters first. */
import type { Property } from "./schema";

const ORDER = [
  "operation", "method", "mode", "type",
  "database_id", "knowledge_id", "knowledge_ids", "workflow_id", "tool",
  "name", "field", "scope", "input", "left", "operator", "right", "expr", "path", "descending", "value", "file",
  "message", "question", "answer", "template", "text", "content", "fields", "sql", "delimiters",
  "unit", "amount", "functions", "group_by", "separator", "by", "set", "where", "logic", "conditions", "order_by", "limit",
  "strategy", "top_k", "min_score", "time_zone", "format",
];

const rank = (name: string): number => {
  const at = ORDER.indexOf(name);
  return at < 0 ? ORDER.length : at;
};

/** What matters first; among the others those that must be given. */
export function ordered(properties: readonly Property[]): Property[] {
  return [...properties].sort(
    (a, b) => rank(a.name) - rank(b.name) || Number(b.required) - Number(a.required),
  );
}
