/** One run, watched: its state first, then its events, and after each rest what only the server knows. */
import type { Id, Run, RunDetail, RunEvent } from "@/api/types";
import { emptyFold, foldDetail, foldEvents, hasEnded, isBusy, type RunFold } from "./run-fold";

export interface RunApi {
  get: (id: Id, signal: AbortSignal) => Promise<RunDetail>;
  /** Ends when the run ends or waits; takes up lost connections by itself. */
  follow: (
    id: Id,
    options: { afterId?: string; signal: AbortSignal; onId: (id: string) => void },
  ) => AsyncIterable<RunEvent>;
}

export type Phase =
  /** Not there yet. */
  | "loading"
  /** Events come. */
  | "live"
  /** It ended or waits. */
  | "rest"
  /** The connection is gone, or the run cannot be read. */
  | "lost";

export interface WatchView {
  fold: RunFold;
  phase: Phase;
  error: unknown;
}

/** Events are shown in batches: a fast run has thousands a second. */
const BATCH_MS = 40;
/** Somebody else may answer what the run waits for. */
const POLL_MS = 4_000;
const AGAIN_MS = 500;
const ENDS = new Set<RunEvent["event"]>(["run.completed", "run.failed", "run.cancelled"]);

export class RunWatch {
  private readonly stopped = new AbortController();
  private fold: RunFold;
  /** Folded from events alone; shown once it has caught up with what the server told at first. */
  private live: RunFold;
  private pending: RunEvent[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;
  private poll: ReturnType<typeof setTimeout> | undefined;
  private lastId: string | undefined;
  private following = false;
  /** The event that ends the run has come. */
  private toldEnd = false;
  private caughtUp: boolean;

  /** `started` is the answer that made the run: then nothing has to be asked for first. */
  constructor(
    readonly id: Id,
    private readonly api: RunApi,
    private readonly tell: (view: WatchView) => void,
    { base = "", started }: { base?: string; started?: Run } = {},
  ) {
    this.live = emptyFold(base);
    this.fold = started ? { ...this.live, run: started } : this.live;
    this.caughtUp = started !== undefined;
    this.show(started ? "live" : "loading");
    void this.follow(started === undefined);
  }

  stop(): void {
    this.stopped.abort();
    clearTimeout(this.timer);
    clearTimeout(this.poll);
  }

  /** Goes on where it stopped: after an answer, or a lost connection. */
  resume(): void {
    clearTimeout(this.poll);
    if (!this.following && !this.stopped.signal.aborted) void this.follow(true);
  }

  private async follow(ask: boolean): Promise<void> {
    const { signal } = this.stopped;
    this.following = true;
    try {
      if (ask) {
        const detail = await this.api.get(this.id, signal);
        if (signal.aborted) return;
        // All was told: there is nothing more to follow.
        if (this.toldEnd) return this.rest(detail);
        if (!this.caughtUp) this.fold = foldDetail(this.fold, detail);
      }
      this.show("live");
      const onId = (id: string) => (this.lastId = id);
      for await (const event of this.api.follow(this.id, { afterId: this.lastId, signal, onId })) {
        if (signal.aborted) return;
        this.pending.push(event);
        this.toldEnd ||= ENDS.has(event.event);
        this.timer ??= setTimeout(() => this.flush(), BATCH_MS);
      }
      this.flush();
      if (signal.aborted) return;
      // What no event tells: how the open steps ended.
      const detail = await this.api.get(this.id, signal);
      if (!signal.aborted) this.rest(detail);
    } catch (error) {
      this.flush();
      this.following = false;
      if (!signal.aborted) this.show("lost", error);
    }
  }

  private rest(detail: RunDetail): void {
    this.caughtUp = true;
    this.live = foldDetail(this.live, detail);
    this.fold = this.live;
    this.following = false;
    // Somebody answered meanwhile, or the server lost the run for a moment.
    if (isBusy(detail)) {
      this.poll = setTimeout(() => this.resume(), AGAIN_MS);
      return this.show("live");
    }
    this.show("rest");
    if (!hasEnded(detail)) this.poll = setTimeout(() => void this.look(), POLL_MS);
  }

  private async look(): Promise<void> {
    const { signal } = this.stopped;
    try {
      const detail = await this.api.get(this.id, signal);
      if (signal.aborted || this.following) return;
      if (detail.status !== "requires_action") return this.resume();
    } catch {
      // The next look may find it.
    }
    if (!signal.aborted) this.poll = setTimeout(() => void this.look(), POLL_MS);
  }

  private flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const events = this.pending;
    if (events.length === 0 || this.stopped.signal.aborted) return;
    this.pending = [];
    this.live = foldEvents(this.live, events);
    this.caughtUp ||= this.live.steps.size >= this.fold.steps.size && this.fold.steps.size > 0;
    if (!this.caughtUp) return;
    this.fold = this.live;
    this.show("live");
  }

  private show(phase: Phase, error?: unknown): void {
    this.tell({ fold: this.fold, phase, error });
  }
}
