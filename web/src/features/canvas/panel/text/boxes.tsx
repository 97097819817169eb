/** The editors of texts: templates with chips, expressions, code, JSON. A chunk of their own. */
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { indentWithTab } from "@codemirror/commands";
import { javascript } from "@codemirror/lang-javascript";
import { json, jsonParseLinter } from "@codemirror/lang-json";
import { python } from "@codemirror/lang-python";
import { sql } from "@codemirror/lang-sql";
import { bracketMatching, indentUnit } from "@codemirror/language";
import { linter } from "@codemirror/lint";
import { RangeSetBuilder, StateEffect, type Extension } from "@codemirror/state";
import { Decoration, EditorView, ViewPlugin, WidgetType, keymap, lineNumbers, type DecorationSet, type ViewUpdate } from "@codemirror/view";
import { useEffect, useMemo, useRef, type RefObject } from "react";
import { cn } from "@/ui/cn";
import { celTokens } from "./cel";
import { codeCompletion, expressionCompletion, templateCompletion, type Known, type Words } from "./complete";
import { Mirror, type MirrorProps } from "./mirror";
import { templatePieces } from "./template";

class Chip extends WidgetType {
  constructor(
    readonly text: string,
    readonly title: string,
    readonly known: boolean,
  ) {
    super();
  }
  override eq(other: Chip): boolean {
    return other.text === this.text && other.title === this.title && other.known === this.known;
  }
  override toDOM(): HTMLElement {
    const chip = document.createElement("span");
    chip.className = this.known ? "cm-chip" : "cm-chip cm-chip-unknown";
    chip.textContent = this.text;
    chip.title = this.title;
    return chip;
  }
  override ignoreEvent(): boolean {
    return false;
  }
}

/** What is known has changed: chips are drawn again. */
const redraw = StateEffect.define<null>();

/** Draws references as chips, which the cursor steps over as one. */
function chips(knownNow: () => readonly Known[], unknown: string): Extension {
  const draw = (view: EditorView): DecorationSet => {
    const byName = new Map(knownNow().map((one) => [one.name, one]));
    const builder = new RangeSetBuilder<Decoration>();
    for (const { from, to, text, path } of templatePieces(view.state.doc.toString())) {
      // A line cannot end inside of a chip.
      if (!path || text.includes("\n")) continue;
      const input = byName.get(String(path[0]));
      const widget = new Chip(text.slice(2, -2).trim(), input ? (input.from ?? input.name) : unknown, input !== undefined);
      builder.add(from, to, Decoration.replace({ widget }));
    }
    return builder.finish();
  };
  return ViewPlugin.fromClass(
    class {
      decorations: DecorationSet;
      constructor(view: EditorView) {
        this.decorations = draw(view);
      }
      update(update: ViewUpdate) {
        const asked = update.transactions.some(({ effects }) => effects.some((effect) => effect.is(redraw)));
        if (update.docChanged || asked) this.decorations = draw(update.view);
      }
    },
    {
      decorations: (value) => value.decorations,
      provide: (value) => EditorView.atomicRanges.of((view) => view.plugin(value)?.decorations ?? Decoration.none),
    },
  );
}

/** The words as they are now: an editor is not made anew for each of their changes. */
function useLive(words: Words): () => Words {
  const latest = useRef(words);
  useEffect(() => {
    latest.current = words;
  });
  return useMemo(() => () => latest.current, []);
}

const CLASSES = { call: "var(--accent-text)", keyword: "var(--warning-text)", string: "var(--success-text)", number: "var(--warning-text)" };

/** Colours of the words of an expression. */
const celColours = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;
    constructor(view: EditorView) {
      this.decorations = this.draw(view);
    }
    update(update: ViewUpdate) {
      if (update.docChanged) this.decorations = this.draw(update.view);
    }
    draw(view: EditorView): DecorationSet {
      const builder = new RangeSetBuilder<Decoration>();
      for (const { from, to, kind } of celTokens(view.state.doc.toString()))
        if (kind in CLASSES)
          builder.add(from, to, Decoration.mark({ attributes: { style: `color: ${CLASSES[kind as keyof typeof CLASSES]}` } }));
      return builder.finish();
    }
  },
  { decorations: (value) => value.decorations },
);

const completing = (source: Parameters<typeof autocompletion>[0]): Extension => [
  autocompletion({ icons: false, ...source }),
  keymap.of(completionKeymap),
];

export interface TemplateBoxProps extends MirrorProps {
  words: Words;
  /** Said of references to nothing. */
  unknown: string;
  viewRef?: RefObject<EditorView | null>;
  /** Colours for what stands around the references. */
  around?: "json" | "sql";
}

export function TemplateBox({ words, unknown, around, viewRef, ...props }: TemplateBoxProps) {
  const live = useLive(words);
  const own = useRef<EditorView>(null);
  const view = viewRef ?? own;
  const extensions = useMemo(
    () => [
      chips(() => live().known, unknown),
      completing({ override: [templateCompletion(live)] }),
      ...(around === "json" ? [json()] : around === "sql" ? [sql()] : []),
    ],
    [live, unknown, around],
  );
  useEffect(() => {
    view.current?.dispatch({ effects: redraw.of(null) });
  }, [view, words.known]);
  return (
    <Mirror
      lines={[3, 14]}
      {...props}
      viewRef={view}
      extensions={extensions}
      className={cn(around && "font-mono", props.className)}
    />
  );
}

export function ExpressionBox({ words, ...props }: MirrorProps & { words: Words }) {
  const live = useLive(words);
  const extensions = useMemo(
    () => [
      celColours,
      bracketMatching(),
      closeBrackets(),
      keymap.of(closeBracketsKeymap),
      completing({ override: [expressionCompletion(live)] }),
    ],
    [live],
  );
  return <Mirror lines={[1, 8]} {...props} extensions={extensions} className={cn("font-mono", props.className)} />;
}

/** A template with conditions and repetitions. */
export function JinjaBox({ words, ...props }: MirrorProps & { words: Words }) {
  const live = useLive(words);
  const extensions = useMemo(
    () => [
      jinjaColours,
      completing({
        override: [
          // Inside of `{{ … }}` and `{% … %}` stand expressions.
          (context) => {
            const line = context.matchBefore(/\{[{%][^{}%]*$/);
            return line ? expressionCompletion(live)(context) : null;
          },
        ],
      }),
    ],
    [live],
  );
  return <Mirror lines={[5, 18]} {...props} extensions={extensions} className={cn("font-mono", props.className)} />;
}

const JINJA = /\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}|\{#[\s\S]*?#\}/g;
const jinjaColours = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;
    constructor(view: EditorView) {
      this.decorations = this.draw(view);
    }
    update(update: ViewUpdate) {
      if (update.docChanged) this.decorations = this.draw(update.view);
    }
    draw(view: EditorView): DecorationSet {
      const builder = new RangeSetBuilder<Decoration>();
      for (const match of view.state.doc.toString().matchAll(JINJA)) {
        const colour = match[0].startsWith("{#") ? "var(--text-faint)" : match[0].startsWith("{%") ? "var(--warning-text)" : "var(--accent-text)";
        builder.add(match.index, match.index + match[0].length, Decoration.mark({ attributes: { style: `color: ${colour}` } }));
      }
      return builder.finish();
    }
  },
  { decorations: (value) => value.decorations },
);

export function CodeBox({
  language,
  words,
  ...props
}: MirrorProps & { language: "javascript" | "python"; words: Words }) {
  const live = useLive(words);
  const extensions = useMemo(() => {
    const support = language === "python" ? python() : javascript({ typescript: true });
    return [
      lineNumbers(),
      bracketMatching(),
      closeBrackets(),
      indentUnit.of(language === "python" ? "    " : "  "),
      support,
      support.language.data.of({ autocomplete: codeCompletion(language, live) }),
      completing({}),
      // Escape, then Tab leaves the editor.
      keymap.of([...closeBracketsKeymap, indentWithTab]),
    ];
  }, [language, live]);
  return <Mirror lines={[10, 24]} {...props} extensions={extensions} className={cn("font-mono", props.className)} />;
}

export function JsonBox(props: MirrorProps) {
  const extensions = useMemo(
    () => [json(), bracketMatching(), closeBrackets(), keymap.of(closeBracketsKeymap), linter((view) => (view.state.doc.length === 0 ? [] : jsonParseLinter()(view)))],
    [],
  );
  return <Mirror lines={[3, 14]} {...props} extensions={extensions} className={cn("font-mono", props.className)} />;
}
