import { lazy, Suspense } from "react";

const Markdown = lazy(() => import("./Markdown"));

/** Markdown; the bare text until its code is there. */
export function LazyMarkdown({ text }: { text: string }) {
  return (
    <Suspense fallback={<p className="leading-relaxed break-words whitespace-pre-wrap">{text}</p>}>
      <Markdown text={text} />
    </Suspense>
  );
}
