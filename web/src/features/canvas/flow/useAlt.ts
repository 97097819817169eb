import { useEffect, useRef, type RefObject } from "react";

/** Whether Alt is held; known before the canvas hears of the same movement. */
export function useAlt(): RefObject<boolean> {
  const alt = useRef(false);
  useEffect(() => {
    const look = (event: PointerEvent) => {
      alt.current = event.altKey;
    };
    addEventListener("pointermove", look, true);
    return () => removeEventListener("pointermove", look, true);
  }, []);
  return alt;
}
