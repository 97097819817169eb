/** The text editors, loaded when the first is shown; until then the text stands there to be read. */
import { lazy, Suspense, type ComponentType } from "react";
import { cn } from "@/ui/cn";
import type { MirrorProps } from "./mirror";

function late<Props extends MirrorProps>(load: () => Promise<{ default: ComponentType<Props> }>, least: number) {
  const Loaded = lazy(load as () => Promise<{ default: ComponentType<MirrorProps> }>) as unknown as ComponentType<Props>;
  return function Editor(props: Props) {
    const [lines] = props.lines ?? [least];
    const height = Math.max(lines, Math.min(props.lines?.[1] ?? 12, props.value.split("\n").length)) * 20 + 12;
    return (
      <Suspense
        fallback={
          <pre
            aria-busy="true"
            className={cn("overflow-hidden rounded-md border border-line-strong px-2.5 py-1.5 text-[13px] leading-5 whitespace-pre-wrap", props.className)}
            style={{ height }}
          >
            {props.value}
          </pre>
        }
      >
        <Loaded {...props} />
      </Suspense>
    );
  };
}

export const TemplateBox = late(async () => ({ default: (await import("./boxes")).TemplateBox }), 3);
export const ExpressionBox = late(async () => ({ default: (await import("./boxes")).ExpressionBox }), 1);
export const JinjaBox = late(async () => ({ default: (await import("./boxes")).JinjaBox }), 5);
export const CodeBox = late(async () => ({ default: (await import("./boxes")).CodeBox }), 10);
export const JsonBox = late(async () => ({ default: (await import("./boxes")).JsonBox }), 3);
