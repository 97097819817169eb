/** Findings by node, counted once for each list that the server sends. */
import type { Finding } from "@/api/types";

export interface Trouble {
  errors: number;
  warnings: number;
  findings: readonly Finding[];
}

const counted = new WeakMap<readonly Finding[], ReadonlyMap<string, Trouble>>();

export function troubles(findings: readonly Finding[]): ReadonlyMap<string, Trouble> {
  const known = counted.get(findings);
  if (known) return known;
  const byNode = new Map<string, Trouble>();
  for (const finding of findings) {
    if (!finding.node) continue;
    const { errors, warnings, findings: all } = byNode.get(finding.node) ?? { errors: 0, warnings: 0, findings: [] };
    const error = finding.severity === "error";
    byNode.set(finding.node, {
      errors: errors + Number(error),
      warnings: warnings + Number(!error),
      findings: [...all, finding],
    });
  }
  counted.set(findings, byNode);
  return byNode;
}
