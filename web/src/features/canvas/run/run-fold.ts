/**
 * A run as the canvas shows it: what each node did, folded from the run's events and from its
 * steps as the server has them. Pure: the same events in any division into batches give the same
 * state, and a step or message told again changes nothing. Nodes that a batch does not touch stay the same
 * objects, so that their cards are not drawn again.
 */
import type { Failure, Id, PendingCall, Run, RunDetail, RunEvent, Step, Time } from "@/api/types";
import { isOwn, pathOf, placeOf, segments, within } from "./places";

/** What a node did, all iterations together. */
export interface NodeState {
  readonly status: Step["status"];
  /** Its own steps in the order they began. */
  readonly seqs: readonly number[];
  /** Of the steps that ended. */
  readonly duration_ms: number;
  /** When the step that is under way began. */
  readonly since: Time | null;
  readonly tokens: number;
  readonly cost: number;
  /** Most attempts of one step. */
  readonly attempts: number;
  /** Of a container: iterations that began. */
  readonly iterations: number;
  readonly warnings: number;
  /** Steps that failed. */
  readonly failures: number;
  /** Ways out that were taken. */
  readonly ports: readonly string[];
  /** Why it failed, the last time. */
  readonly error: Failure | null;
}

/** A message of the run, whole or being written. */
export interface Told {
  readonly id: Id;
  readonly text: string;
  /** Of the text, in Unicode code points: counting it for every piece would be quadratic. */
  readonly length: number;
  readonly done: boolean;
  /** The output or end node that tells it, when it was seen telling. */
  readonly step: number | null;
}

export interface VariableSet {
  readonly scope: string;
  readonly path: readonly string[];
  readonly value: unknown;
  /** The step that ended just before. */
  readonly step: number | null;
}

export interface RunFold {
  /** Path of the called workflow that is looked at; `""`: the run's own. */
  readonly base: string;
  readonly run: Run | undefined;
  /** By number, in order. */
  readonly steps: ReadonlyMap<number, Step>;
  /** Attempts before the last one, as they ended. */
  readonly earlier: ReadonlyMap<number, readonly Step[]>;
  /** By node of this document. */
  readonly nodes: Readonly<Record<string, NodeState>>;
  /** Iterations that began, by the container's place. */
  readonly rounds: ReadonlyMap<string, number>;
  /** Steps of models that a node answers for: its own and all inside it. */
  readonly paid: Readonly<Record<string, readonly number[]>>;
  readonly told: readonly Told[];
  readonly variables: readonly VariableSet[];
}

export const emptyFold = (base = ""): RunFold => ({
  base,
  run: undefined,
  steps: new Map(),
  earlier: new Map(),
  nodes: {},
  rounds: new Map(),
  paid: {},
  told: [],
  variables: [],
});

/** The state after these events. */
export function foldEvents(before: RunFold, events: readonly RunEvent[]): RunFold {
  if (events.length === 0) return before;
  const draft = new Draft(before);
  for (const event of events) draft.apply(event);
  return draft.finish();
}

/** The run as the server has it. What only events tell (earlier attempts, messages, variables) stays. */
export function foldDetail(before: RunFold, detail: RunDetail): RunFold {
  const { steps, ...run } = detail;
  const draft = new Draft(before);
  for (const step of steps) draft.replace(step);
  draft.run = run;
  draft.closeMessages();
  return draft.finish();
}

export const isOpen = ({ finished_at }: Step): boolean => finished_at === null;
export const hasEnded = (run: Run | undefined): boolean =>
  run !== undefined && (run.status === "completed" || run.status === "failed" || run.status === "cancelled");
export const isBusy = (run: Run | undefined): boolean =>
  run !== undefined && (run.status === "queued" || run.status === "running");

const codePoints = (text: string): number => {
  let count = 0;
  for (const _ of text) count++;
  return count;
};

const SPEAKS = new Set(["output", "end"]);

/** The state while a batch is applied: copied once, then changed in place. */
class Draft {
  run: Run | undefined;
  private readonly steps: Map<number, Step>;
  private readonly earlier: Map<number, readonly Step[]>;
  private readonly nodes: Record<string, NodeState>;
  private readonly rounds: Map<string, number>;
  private readonly paid: Record<string, readonly number[]>;
  private told: Told[];
  private readonly variables: VariableSet[];
  /** Own steps of the nodes that this batch touches. */
  private readonly touched = new Map<string, number[]>();
  private lastEnded: number | null = null;

  constructor(private readonly before: RunFold) {
    this.run = before.run;
    this.steps = new Map(before.steps);
    this.earlier = new Map(before.earlier);
    this.nodes = { ...before.nodes };
    this.rounds = new Map(before.rounds);
    this.paid = { ...before.paid };
    this.told = [...before.told];
    this.variables = [...before.variables];
    for (const step of before.steps.values())
      if (step.finished_at !== null && step.kind === "node") this.lastEnded = step.seq;
  }

  apply({ event, data }: RunEvent): void {
    switch (event) {
      case "step.started":
        return this.began(data.step);
      case "step.completed":
        return this.ended(data.step);
      case "message.delta":
        return this.piece(data.message_id, data.text ?? "", data.offset);
      case "message.reset":
        return this.say(data.message_id, (message) => ({ ...message, text: "", length: 0, done: false }));
      case "message.completed": {
        if (data.message.type !== "answer") return;
        const text = data.message.content.map((part) => (part.type === "text" ? part.text : "")).join("");
        return this.say(data.message.id, (message) => ({ ...message, text, length: codePoints(text), done: true }));
      }
      case "variable.set":
        this.variables.push({ ...data, step: this.lastEnded });
        return;
      case "run.created":
        this.run = data.run;
        return;
      case "run.started":
        this.run = data.run;
        return this.openSteps((step) => (step.status === "waiting" ? { ...step, status: "running" } : step));
      case "run.requires_action":
        this.run = data.run;
        return this.wait(data.run.required_action?.calls ?? []);
      case "run.completed":
      case "run.cancelled":
        return this.over(data.run, "cancelled");
      case "run.failed":
        return this.over(data.run, "failed");
    }
  }

  finish(): RunFold {
    for (const [id, seqs] of this.touched) this.nodes[id] = this.summary(id, seqs);
    const { run, steps, earlier, nodes, rounds, paid, told, variables } = this;
    return { base: this.before.base, run, steps, earlier, nodes, rounds, paid, told, variables };
  }

  /** The step as the server has it, whatever is known. */
  replace(given: Step): void {
    const step = within(given, this.before.base);
    if (step) this.put(step);
  }

  /** Messages of a run that rests are whole. */
  closeMessages(): void {
    if (!hasEnded(this.run)) return;
    this.told = this.told.map((message) => (message.done ? message : { ...message, done: true }));
  }

  private began(given: Step): void {
    const step = within(given, this.before.base);
    if (!step) return;
    const known = this.steps.get(step.seq);
    if (known && (known.attempt > step.attempt || (known.attempt === step.attempt && !isOpen(known)))) return;
    if (known && known.attempt < step.attempt)
      this.earlier.set(step.seq, [...(this.earlier.get(step.seq) ?? []), known]);
    this.put(step);
  }

  private ended(given: Step): void {
    const step = within(given, this.before.base);
    if (!step) return;
    if (step.status === "failed" || step.error !== null) this.closeInside(step);
    this.put(step);
    if (step.kind === "node") this.lastEnded = step.seq;
  }

  private put(step: Step): void {
    const fresh = !this.steps.has(step.seq);
    this.steps.set(step.seq, step);
    if (!step.node) return;
    const path = pathOf(step);
    if (fresh) this.place(step, path);
    this.touch(step.node.id, path);
    if (step.kind === "model") for (const id of this.payers(step, path)) this.touch(id);
  }

  /** A step that was not known finds its place: among its node's, in its iteration, on the bills. */
  private place(step: Step, path: string): void {
    let around = "";
    for (const { node, iteration, call } of segments(path)) {
      const place = `${around}${node}`;
      if (iteration !== undefined && iteration >= (this.rounds.get(place) ?? 0)) {
        this.rounds.set(place, iteration + 1);
        if (isOwn(around)) this.touch(node);
      }
      around = `${place}${iteration === undefined ? (call === undefined ? "" : `#${call}`) : `[${iteration}]`}/`;
    }
    if (step.kind === "model")
      for (const id of this.payers(step, path)) this.paid[id] = [...(this.paid[id] ?? []), step.seq];
    if (step.kind === "node" && isOwn(path)) {
      const seqs = this.own(step.node?.id ?? "");
      seqs.push(step.seq);
      // Steps are told in order; those of the server's list may fill a gap.
      if ((seqs.at(-2) ?? 0) > step.seq) seqs.sort((a, b) => a - b);
    }
  }

  /** The nodes of this document that a step belongs to: its own, and those around it. */
  private payers(step: Step, path: string): Set<string> {
    const ids = new Set<string>();
    for (const segment of segments(path)) {
      ids.add(segment.node);
      if (segment.iteration === undefined) return ids;
    }
    if (step.node) ids.add(step.node.id);
    return ids;
  }

  private own(id: string): number[] {
    let seqs = this.touched.get(id);
    if (!seqs) {
      seqs = [...(this.nodes[id]?.seqs ?? [])];
      this.touched.set(id, seqs);
    }
    return seqs;
  }

  private touch(id: string, path = ""): void {
    if (isOwn(path)) this.own(id);
  }

  private openSteps(change: (step: Step) => Step): void {
    for (const step of [...this.steps.values()]) {
      if (!isOpen(step)) continue;
      const changed = change(step);
      if (changed !== step) this.put(changed);
    }
  }

  private wait(calls: readonly PendingCall[]): void {
    const places = new Set(calls.map(({ node }) => (node ? this.seen(`${node.path ?? ""}${node.id}`) : "")));
    this.openSteps((step) =>
      step.kind === "node" && places.has(placeOf(step)) ? { ...step, status: "waiting" } : step,
    );
  }

  private seen(place: string): string {
    const { base } = this.before;
    return place.startsWith(base) ? place.slice(base.length) : "";
  }

  /** What is open inside a node that failed ended with it. */
  private closeInside(outer: Step): void {
    const place = placeOf(outer);
    const inside = (step: Step) =>
      step.node?.parent === outer.seq ||
      (pathOf(step).startsWith(place) && /^[[/#]/.test(pathOf(step).slice(place.length)));
    this.openSteps((step) =>
      step.seq !== outer.seq && inside(step)
        ? { ...step, status: "cancelled", finished_at: outer.finished_at }
        : step,
    );
  }

  private over(run: Run, status: Step["status"]): void {
    this.run = run;
    this.openSteps((step) => ({ ...step, status, finished_at: run.finished_at ?? step.started_at }));
    this.closeMessages();
  }

  private say(id: Id, change: (message: Told) => Told): void {
    const at = this.told.findLastIndex((message) => message.id === id);
    if (at >= 0) {
      this.told[at] = change(this.told[at]!);
      return;
    }
    this.told.push(change({ id, text: "", length: 0, done: false, step: this.speaker() }));
  }

  /** Messages are told one at a time: the node that has the word is the one that is open. */
  private speaker(): number | null {
    let found: number | null = null;
    for (const step of this.steps.values())
      if (step.kind === "node" && isOpen(step) && SPEAKS.has(step.node?.kind ?? "")) found = step.seq;
    return found;
  }

  private piece(id: Id, text: string, offset: number | undefined): void {
    this.say(id, (message) => {
      if (message.done || text === "") return message;
      // Sent again after a lost connection: only what lies beyond is new.
      const have = message.length;
      const rest = offset === undefined || offset >= have ? text : [...text].slice(have - offset).join("");
      return rest === "" ? message : { ...message, text: message.text + rest, length: have + codePoints(rest) };
    });
  }

  private summary(id: string, seqs: readonly number[]): NodeState {
    const steps = seqs.map((seq) => this.steps.get(seq)).filter((step) => step !== undefined);
    const statuses = new Set(steps.map(({ status }) => status));
    const paid = (this.paid[id] ?? []).map((seq) => this.steps.get(seq)).filter((step) => step !== undefined);
    let iterations = 0;
    for (const step of steps) iterations += this.rounds.get(placeOf(step)) ?? 0;
    const running = steps.findLast(isOpen);
    return {
      status: ORDER.find((status) => statuses.has(status)) ?? "running",
      seqs,
      duration_ms: sum(steps, (step) => step.duration_ms ?? 0),
      since: running?.started_at ?? null,
      tokens: sum(paid, (step) => step.usage?.total_tokens ?? 0),
      cost: sum(paid, (step) => step.cost ?? 0),
      attempts: steps.reduce((most, step) => Math.max(most, step.attempt), 0),
      iterations,
      warnings: sum(steps, (step) => step.warnings?.length ?? 0),
      failures: steps.filter(({ status }) => status === "failed").length,
      ports: [
        ...new Set(
          steps.filter(({ status }) => status === "completed").map(({ port }) => port ?? "out"),
        ),
      ],
      error: steps.findLast(({ error }) => error !== null)?.error ?? null,
    };
  }
}

/** What a node shows when its steps stand differently. */
const ORDER: readonly Step["status"][] = ["waiting", "running", "failed", "completed", "cancelled"];

const sum = (steps: readonly Step[], of: (step: Step) => number): number =>
  steps.reduce((total, step) => total + of(step), 0);
