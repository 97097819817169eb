/** Keeps a local copy while anything is unsaved, and offers what was found when the page opened. */
import { useCallback, useEffect, useMemo, useState } from "react";
import { adopt, mergeDocuments } from "@/graph/merge";
import { sameButSealed } from "@/graph/sealed";
import { recovery, type Kept } from "./recovery";
import type { EditorStore } from "./store";

const KEEP_AFTER_MS = 200;
const ASK = "hearth-canvas-alive";

export interface Recovery {
  /** Unsaved work of a page that is gone. */
  found: Kept | undefined;
  restore: () => void;
  discard: () => void;
}

export function useRecovery(editor: EditorStore): Recovery {
  const workflow = editor.getState().workflow.id;
  const key = useMemo(() => `${workflow}/${crypto.getRandomValues(new Uint32Array(2)).join("-")}`, [workflow]);
  const [left, setLeft] = useState<readonly Kept[]>([]);

  useEffect(() => {
    let gone = false;
    void recovery.find(workflow).then(async (all) => {
      const others = all.filter((kept) => kept.key !== key);
      const living = others.length === 0 ? new Set<string>() : await aliveKeys();
      const { document } = editor.getState();
      const lost = others.filter((kept) => !living.has(kept.key));
      const news = lost.filter((kept) => !sameButSealed(kept.document, document));
      // What the server got after all is no longer needed.
      for (const kept of lost) if (!news.includes(kept)) void recovery.drop(kept.key);
      if (!gone) setLeft(news);
    });
    return () => {
      gone = true;
    };
  }, [editor, workflow, key]);

  useEffect(() => {
    const channel = typeof BroadcastChannel === "undefined" ? undefined : new BroadcastChannel(ASK);
    if (channel)
      channel.onmessage = ({ data }) => {
        if (data === "?") channel.postMessage(key);
      };
    let timer: ReturnType<typeof setTimeout> | undefined;
    let kept = false;
    const keep = () => {
      clearTimeout(timer);
      timer = undefined;
      kept = true;
      void recovery.keep({ key, workflow, at: Date.now(), base: editor.saved(), document: editor.getState().document });
    };
    const stop = editor.subscribe((state, before) => {
      if (state.save !== before.save && state.save.status === "saved") {
        clearTimeout(timer);
        timer = undefined;
        if (kept) void recovery.drop(key);
        kept = false;
      } else if (state.document !== before.document) timer ??= setTimeout(keep, KEEP_AFTER_MS);
    });
    // The page may be thrown away from here on without another word.
    const hide = () => {
      if (timer !== undefined) keep();
    };
    document.addEventListener("visibilitychange", hide);
    addEventListener("pagehide", hide);
    return () => {
      stop();
      hide();
      channel?.close();
      document.removeEventListener("visibilitychange", hide);
      removeEventListener("pagehide", hide);
    };
  }, [editor, workflow, key]);

  const done = useCallback(() => {
    for (const kept of left) void recovery.drop(kept.key);
    setLeft([]);
  }, [left]);
  const restore = useCallback(() => {
    editor.getState().edit((document) =>
      left.reduce((whole, kept) => mergeDocuments(kept.base, adopt(kept.base, kept.document), adopt(kept.base, whole)).document, document),
    );
    done();
  }, [editor, left, done]);
  return { found: left[0], restore, discard: done };
}

/** The keys of pages that are open and answer. */
function aliveKeys(): Promise<Set<string>> {
  if (typeof BroadcastChannel === "undefined") return Promise.resolve(new Set());
  return new Promise((resolve) => {
    const keys = new Set<string>();
    const channel = new BroadcastChannel(ASK);
    channel.onmessage = ({ data }) => {
      if (typeof data === "string" && data !== "?") keys.add(data);
    };
    channel.postMessage("?");
    setTimeout(() => {
      channel.close();
      resolve(keys);
    }, 250);
  });
}
