/**
 * The builder's copy of an agent's draft: edited at once, saved a moment later,
 * one save at a time. A save that finds the draft changed elsewhere stops and
 * asks whose is to stay.
 */
import { toApiError, type ApiError } from "@/api/errors";
import type { AgentConfig, AgentDraft, Problem } from "@/api/types";

export interface DraftView {
  readonly config: AgentConfig;
  readonly problems: readonly Problem[];
  readonly status: "saved" | "unsaved" | "saving" | "failed" | "conflict";
  readonly error: ApiError | undefined;
}

export interface DraftServer {
  load: () => Promise<AgentDraft>;
  save: (config: AgentConfig, revision: number) => Promise<AgentDraft>;
}

export const SAVE_AFTER_MS = 700;

export class DraftStore {
  private view: DraftView;
  private revision: number;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private saving: Promise<void> | undefined;
  private readonly listeners = new Set<() => void>();
  /** Called after each save. */
  onSaved: (draft: AgentDraft) => void = () => {};

  constructor(
    draft: AgentDraft,
    private readonly server: DraftServer,
  ) {
    this.revision = draft.revision;
    this.view = { config: draft.config, problems: draft.problems, status: "saved", error: undefined };
  }

  getView = (): DraftView => this.view;

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  edit = (part: Partial<AgentConfig>): void => {
    const config = { ...this.view.config, ...part };
    // During a conflict nothing is sent until the person has chosen.
    if (this.view.status === "conflict") return this.set({ config });
    this.set({ config, status: "unsaved" });
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.flush().catch(() => {}), SAVE_AFTER_MS);
  };

  /** Saves now what is unsaved; rejects when it could not be saved. */
  flush = async (): Promise<void> => {
    clearTimeout(this.timer);
    while (this.saving) await this.saving;
    if (this.view.status === "saved") return;
    if (this.view.status === "conflict") throw this.view.error ?? new Error("conflict");
    this.saving = this.save().finally(() => (this.saving = undefined));
    await this.saving;
    if (this.view.error) throw this.view.error;
    // Typed meanwhile.
    if (this.view.status === "unsaved") await this.flush();
  };

  /** Ends a conflict: `mine` is written over the other, or `theirs` is taken. */
  resolve = async (keep: "mine" | "theirs"): Promise<void> => {
    try {
      const current = await this.server.load();
      if (keep === "theirs") return this.take(current);
      this.revision = current.revision;
      this.set({ status: "unsaved", error: undefined });
    } catch (thrown) {
      return this.set({ error: toApiError(thrown) });
    }
    await this.flush().catch(() => {});
  };

  /** The draft as the server has it now: after a version was restored. */
  take(draft: AgentDraft): void {
    clearTimeout(this.timer);
    this.revision = draft.revision;
    const { config, problems } = draft;
    this.set({ config, problems, status: "saved", error: undefined });
    this.onSaved(draft);
  }

  private async save(): Promise<void> {
    const { config } = this.view;
    this.set({ status: "saving", error: undefined });
    try {
      const saved = await this.server.save(config, this.revision);
      this.revision = saved.revision;
      const status = this.view.config === config ? "saved" : "unsaved";
      this.set({ problems: saved.problems, status });
      this.onSaved(saved);
    } catch (thrown) {
      const error = toApiError(thrown);
      this.set({ status: error.code === "draft_changed" ? "conflict" : "failed", error });
    }
  }

  private set(part: Partial<DraftView>): void {
    this.view = { ...this.view, ...part };
    this.listeners.forEach((listener) => listener());
  }
}
