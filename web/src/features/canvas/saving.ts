/**
 * Keeps a document saved: a moment after each edit, one save at a time. What others saved meanwhile
 * is merged in; what both changed waits for a choice. A server that is away is tried again. Secrets
 * come back sealed and are taken over so.
 */
import { toApiError, type ApiError } from "@/api/errors";
import type { WorkflowDocument, WorkflowDraft } from "@/api/types";
import { sameDocument } from "@/graph/diff";
import { adopt, mergeDocuments, settle, type Merge } from "@/graph/merge";
import { sameButSealed, sealings, withSealed } from "@/graph/sealed";

export const SAVE_AFTER_MS = 700;
const RETRY_AFTER_MS = [2_000, 4_000, 8_000, 15_000, 30_000];

/** Both changed the same parts: what they saved, and what it comes to. */
export interface Conflict {
  theirs: WorkflowDraft;
  merge: Merge;
}

export interface SaveState {
  readonly status: "saved" | "unsaved" | "saving" | "failed" | "conflict";
  readonly revision: number;
  readonly savedAt: string;
  readonly savedBy: string;
  readonly error?: ApiError;
  readonly conflict?: Conflict;
}

export interface DraftServer {
  load: () => Promise<WorkflowDraft>;
  save: (document: WorkflowDocument, revision: number) => Promise<WorkflowDraft>;
}

/** What is being edited, as far as saving needs to know. */
export interface Edited {
  document: () => WorkflowDocument;
  /** The document after others' changes came in; `rebase` brings older states along. */
  merged: (document: WorkflowDocument, rebase: (state: WorkflowDocument) => WorkflowDocument, by: string) => void;
  /** The same edits in another form: the document and all older states of it. */
  rewritten: (rewrite: (state: WorkflowDocument) => WorkflowDocument) => void;
  /** The server's word on a document: its findings. */
  saved: (draft: WorkflowDraft) => void;
  changed: (save: SaveState) => void;
}

const asDocument = (draft: WorkflowDraft): WorkflowDocument => draft.document as WorkflowDocument;

export class Saver {
  private state: SaveState;
  /** What the server has, as it was read or sent. */
  private base: WorkflowDocument;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private running: Promise<void> | undefined;
  private failures = 0;
  /** What was sent and never answered: the server may have it all the same. */
  private unheard: WorkflowDocument[] = [];

  constructor(
    draft: WorkflowDraft,
    document: WorkflowDocument,
    private readonly server: DraftServer,
    private readonly edited: Edited,
  ) {
    this.base = document;
    this.state = {
      status: "saved",
      revision: draft.revision,
      savedAt: draft.updated_at,
      savedBy: draft.updated_by_name,
    };
  }

  get current(): SaveState {
    return this.state;
  }

  /** What the unsaved edits began from. */
  get saved(): WorkflowDocument {
    return this.base;
  }

  /** To be called after each edit. */
  touch(): void {
    // During a conflict nothing is sent until the person has chosen.
    if (this.state.status === "conflict") return;
    this.set({ status: this.running ? "saving" : "unsaved" });
    this.schedule(SAVE_AFTER_MS);
  }

  /** Saves now what is unsaved; rejects when it could not be saved. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    while (this.running) await this.running;
    if (this.state.status === "conflict") throw new Error("conflict");
    if (this.state.status === "saved" && this.edited.document() === this.base) return;
    this.running = this.save().finally(() => (this.running = undefined));
    await this.running;
    if (this.state.error) throw this.state.error;
    // Typed meanwhile, or merged.
    if ((this.state.status as SaveState["status"]) === "unsaved") await this.flush();
  }

  /** Looks whether others saved since, when nothing of ours is unsaved. */
  async refresh(): Promise<void> {
    if (this.state.status !== "saved" || this.running) return;
    const draft = await this.server.load().catch(() => undefined);
    if (draft && draft.revision !== this.state.revision && this.state.status === "saved" && !this.running)
      this.bring(draft);
  }

  /** Ends a conflict. What was edited meanwhile counts as mine. */
  async resolve(choices: Readonly<Record<string, "mine" | "theirs">>): Promise<void> {
    const { conflict } = this.state;
    if (!conflict) return;
    const mine = this.edited.document();
    const theirs = adopt(this.base, asDocument(conflict.theirs));
    const settled = settle(mergeDocuments(this.base, mine, theirs), choices, mine, theirs);
    this.rebase(conflict.theirs, theirs, settled);
    this.set({ status: "unsaved", conflict: undefined, error: undefined });
    await this.flush().catch(() => {});
  }

  /** The draft as the server has it now, without ours: after a version was restored. */
  take(draft: WorkflowDraft, document: WorkflowDocument): void {
    clearTimeout(this.timer);
    this.base = document;
    this.accept(draft, "saved");
    this.edited.saved(draft);
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private schedule(after: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.flush().catch(() => {}), after);
  }

  private async save(): Promise<void> {
    const document = this.edited.document();
    this.set({ status: "saving", error: undefined });
    try {
      const draft = await this.server.save(document, this.state.revision);
      this.failures = 0;
      const untouched = this.edited.document() === document;
      this.base = this.seal(document, asDocument(draft), untouched);
      this.accept(draft, untouched ? "saved" : "unsaved");
      this.edited.saved(draft);
    } catch (thrown) {
      const error = toApiError(thrown);
      if (error.code === "draft_changed") await this.meet();
      else {
        if (!this.unheard.includes(document)) this.unheard.push(document);
        this.fail(error);
      }
    }
  }

  /** Takes over what the server sealed of a document that was sent; gives that document as it is now. */
  private seal(sent: WorkflowDocument, got: WorkflowDocument, untouched: boolean): WorkflowDocument {
    const sealed = sealings(sent, got);
    if (sealed.length === 0) return sent;
    this.edited.rewritten((state) => withSealed(state, sealed));
    return untouched ? this.edited.document() : withSealed(sent, sealed);
  }

  /** Somebody else saved first. */
  private async meet(): Promise<void> {
    try {
      this.bring(await this.server.load());
    } catch (thrown) {
      this.fail(toApiError(thrown));
    }
  }

  private bring(draft: WorkflowDraft): void {
    const mine = this.edited.document();
    const own = this.unheard.find((sent) => sameButSealed(sent, asDocument(draft)));
    if (own) {
      // The other one is this page itself: only the answer was lost.
      const saved = sameDocument(mine, own);
      const sealed = this.seal(own, asDocument(draft), saved);
      this.base = saved ? this.edited.document() : sealed;
      this.accept(draft, saved ? "saved" : "unsaved");
      this.edited.saved(draft);
      return;
    }
    const theirs = adopt(this.base, asDocument(draft));
    const merge = mergeDocuments(this.base, mine, theirs);
    if (merge.conflicts.length > 0) {
      this.set({ status: "conflict", conflict: { theirs: draft, merge } });
      return;
    }
    this.rebase(draft, theirs, merge.document);
    const status = sameDocument(this.edited.document(), theirs) ? "saved" : "unsaved";
    if (status === "saved") this.base = this.edited.document();
    this.set({ status });
    this.edited.saved(draft);
  }

  private rebase(draft: WorkflowDraft, theirs: WorkflowDocument, document: WorkflowDocument): void {
    const base = this.base;
    const before = this.edited.document();
    this.base = theirs;
    this.accept(draft, this.state.status);
    this.edited.merged(
      document,
      (state) => (state === before ? document : mergeDocuments(base, state, theirs).document),
      draft.updated_by_name,
    );
  }

  private accept(draft: WorkflowDraft, status: SaveState["status"]): void {
    this.unheard = [];
    this.set({ status, revision: draft.revision, savedAt: draft.updated_at, savedBy: draft.updated_by_name, error: undefined });
  }

  private fail(error: ApiError): void {
    this.set({ status: "failed", error });
    // What the server refuses it refuses again; what it did not hear may pass.
    if (error.status !== 0 && error.status < 500 && error.status !== 429) return;
    this.schedule(RETRY_AFTER_MS[Math.min(this.failures, RETRY_AFTER_MS.length - 1)]!);
    this.failures += 1;
  }

  private set(part: Partial<SaveState>): void {
    this.state = { ...this.state, ...part };
    this.edited.changed(this.state);
  }
}
