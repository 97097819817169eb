/** Which connections make sense, and why others do not. */
import type { WorkflowDocument } from "@/api/types";
import { BODY, edgesOf, nodeOf, portOf } from "./document";
import { hasEntry, portsOf, type Kinds } from "./kinds";
import { after, parentOf } from "./read";

/** Why a connection is refused; texts are `canvas:refuse.<key>`. */
export type ReasonKey = "missing" | "self" | "noPort" | "noEntry" | "body" | "border" | "duplicate" | "cycle";

export type Connectable = { ok: true } | { ok: false; reason: ReasonKey };

const refuse = (reason: ReasonKey): Connectable => ({ ok: false, reason });

/** Whether an edge from this way out to this node may be added. */
export function canConnect(
  document: WorkflowDocument,
  kinds: Kinds,
  from: string,
  port: string,
  to: string,
): Connectable {
  const [source, target] = [nodeOf(document, from), nodeOf(document, to)];
  if (!source || !target) return refuse("missing");
  if (from === to) return refuse("self");
  if (kinds.has(source.kind) && !portsOf(source, kinds).some(({ id }) => id === port)) return refuse("noPort");
  if (!hasEntry(target)) return refuse("noEntry");
  if (edgesOf(document).some((edge) => edge.from === from && edge.to === to && portOf(edge) === port))
    return refuse("duplicate");
  if (port === BODY) return parentOf(document, to) === from ? { ok: true } : refuse("body");
  const [above, beside] = [parentOf(document, from), parentOf(document, to)];
  // Back to the container: the end of its body.
  if (above === to) return { ok: true };
  if (above !== beside) return refuse("border");
  return after(document, to).includes(from) ? refuse("cycle") : { ok: true };
}
