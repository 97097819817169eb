import { useCallback, useLayoutEffect, useRef, useState } from "react";

/**
 * Keeps a scroller at its end while content grows, unless the reader has
 * scrolled up; tells whether the end is out of sight.
 */
export function useStickToEnd(content: unknown, firstKey: string | undefined) {
  const scroller = useRef<HTMLDivElement>(null);
  const stuck = useRef(true);
  const before = useRef({ firstKey, height: 0 });
  const [away, setAway] = useState(false);

  const toEnd = useCallback(() => {
    const box = scroller.current;
    if (!box) return;
    stuck.current = true;
    box.scrollTop = box.scrollHeight;
    setAway(false);
  }, []);

  const onScroll = useCallback(() => {
    const box = scroller.current;
    if (!box) return;
    const distance = box.scrollHeight - box.scrollTop - box.clientHeight;
    stuck.current = distance < 48;
    setAway(distance > 240);
  }, []);

  useLayoutEffect(() => {
    const box = scroller.current;
    if (!box) return;
    const { height, firstKey: oldFirst } = before.current;
    // Older messages came in above: what is being read stays where it is.
    if (oldFirst !== firstKey && !stuck.current) box.scrollTop += box.scrollHeight - height;
    else if (stuck.current) box.scrollTop = box.scrollHeight;
    before.current = { firstKey, height: box.scrollHeight };
  }, [content, firstKey]);

  // Late growth (the Markdown chunk, a picture) is not a change of content, and
  // a composer that grows takes room from what is read.
  useLayoutEffect(() => {
    const box = scroller.current;
    const inner = box?.firstElementChild;
    if (!box || !inner) return;
    const watch = new ResizeObserver(() => {
      if (stuck.current) box.scrollTop = box.scrollHeight;
    });
    watch.observe(inner);
    watch.observe(box);
    return () => watch.disconnect();
  }, []);

  return { scroller, onScroll, away, toEnd };
}
