/** What was before and what was undone; edits of one key that follow each other closely are one step. */

export const MERGE_MS = 1000;

export class History<T> {
  private past: T[] = [];
  private future: T[] = [];
  private last: { key: string; at: number } | undefined;

  constructor(
    private readonly limit = 200,
    private readonly now: () => number = Date.now,
  ) {}

  get canUndo(): boolean {
    return this.past.length > 0;
  }

  get canRedo(): boolean {
    return this.future.length > 0;
  }

  /** Remembers the state before an edit. */
  push(before: T, key?: string): void {
    const at = this.now();
    const joins = key !== undefined && this.last?.key === key && at - this.last.at < MERGE_MS && this.past.length > 0;
    this.last = key === undefined ? undefined : { key, at };
    this.future = [];
    if (joins) return;
    this.past.push(before);
    if (this.past.length > this.limit) this.past.shift();
  }

  /** The state before the last edit, given the one now. */
  undo(current: T): T | undefined {
    return this.step(this.past, this.future, current);
  }

  redo(current: T): T | undefined {
    return this.step(this.future, this.past, current);
  }

  /** Rewrites all that is remembered: after what others changed was taken in. */
  rebase(change: (state: T) => T): void {
    this.past = this.past.map(change);
    this.future = this.future.map(change);
    this.last = undefined;
  }

  /** Says the same of all that is remembered in other words: steps stay steps. */
  rewrite(change: (state: T) => T): void {
    this.past = this.past.map(change);
    this.future = this.future.map(change);
  }

  private step(from: T[], to: T[], current: T): T | undefined {
    const state = from.pop();
    this.last = undefined;
    if (state === undefined) return undefined;
    to.push(current);
    return state;
  }
}
