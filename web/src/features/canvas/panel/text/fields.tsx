/** The text editors with what the panel knows: words to complete, values to insert. */
import type { EditorView } from "@codemirror/view";
import { Braces } from "lucide-react";
import { useRef, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/ui/button";
import { usePanel } from "../context";
import { PanelField } from "../parts/PanelField";
import { ReferencePicker } from "../refs/ReferencePicker";
import { useTake, useWords } from "../refs/useWords";
import { ExpressionBox, JinjaBox, TemplateBox } from "./editors";

interface TextFieldProps {
  path: string;
  label: ReactNode;
  hint?: ReactNode;
  required?: boolean;
  value: string;
  onChange: (text: string) => void;
  placeholder?: string;
  lines?: [least: number, most: number];
  /** Names that the kind adds to the inputs. */
  names?: readonly string[];
}

/** Puts text where the cursor is, or at the end. */
function insert(view: EditorView | null, text: string): boolean {
  if (!view) return false;
  view.dispatch({ ...view.state.replaceSelection(text), userEvent: "input.complete" });
  view.focus();
  return true;
}

/** Offers values of earlier steps; what is picked becomes an input, whose name is given. */
export function InsertButton({ onInsert }: { onInsert: (name: string) => void }) {
  const { t } = useTranslation();
  const { readonly } = usePanel();
  const take = useTake();
  if (readonly) return null;
  return (
    <ReferencePicker onPick={(picked) => onInsert(take(picked))}>
      <Button size="sm" variant="ghost" className="h-6 px-1.5 text-xs">
        <Braces className="!size-3.5" />
        {t("canvas-panel:text.insert")}
      </Button>
    </ReferencePicker>
  );
}

/** A text with references to inputs. */
export function TemplateField({ around, ...props }: TextFieldProps & { around?: "json" | "sql" }) {
  const { t } = useTranslation();
  const { readonly } = usePanel();
  const words = useWords();
  const view = useRef<EditorView>(null);
  const { path, label, hint, required, value, onChange, placeholder, lines = [3, 14] } = props;
  return (
    <PanelField
      path={path}
      label={label}
      hint={hint}
      required={required}
      action={
        <InsertButton
          onInsert={(name) => {
            if (!insert(view.current, `{{${name}}}`)) onChange(`${value}{{${name}}}`);
          }}
        />
      }
    >
      <TemplateBox
        viewRef={view}
        words={words}
        unknown={t("canvas-panel:text.unknown")}
        value={value}
        onChange={onChange}
        readOnly={readonly}
        placeholder={placeholder ?? t("canvas-panel:text.placeholder")}
        lines={lines}
        around={around}
      />
    </PanelField>
  );
}

/** CEL over the inputs. */
export function ExpressionField({ path, label, hint, required, value, onChange, placeholder, lines = [1, 8], names }: TextFieldProps) {
  const { t } = useTranslation();
  const { readonly } = usePanel();
  const words = useWords({ names });
  return (
    <PanelField path={path} label={label} hint={hint} required={required}>
      <ExpressionBox
        words={words}
        value={value}
        onChange={onChange}
        readOnly={readonly}
        placeholder={placeholder ?? t("canvas-panel:expr.placeholder")}
        lines={lines}
      />
    </PanelField>
  );
}

/** A template with conditions and repetitions. */
export function JinjaField({ path, label, hint, required, value, onChange }: TextFieldProps) {
  const { readonly } = usePanel();
  const words = useWords();
  return (
    <PanelField path={path} label={label} hint={hint} required={required}>
      <JinjaBox words={words} value={value} onChange={onChange} readOnly={readonly} lines={[6, 18]} />
    </PanelField>
  );
}
