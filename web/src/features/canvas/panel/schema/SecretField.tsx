/**
 * A secret. What is sealed is only said to be set, to be replaced or removed; what is typed is masked
 * and given on when the field is left, so that no half of it is sealed. A text with `{{references}}` is
 * none: it is edited like any other.
 */
import { Eye, EyeOff, KeyRound } from "lucide-react";
import { useEffect, useRef, useState, type CSSProperties, type FocusEvent, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import { isSealed, SEALED } from "@/graph/sealed";
import { templateNames } from "@/graph/template";
import { Button, IconButton } from "@/ui/button";
import { Input, Textarea } from "@/ui/input";
import { usePanel } from "../context";
import { PanelField, type ControlProps } from "../parts/PanelField";
import { useWords } from "../refs/useWords";
import { TemplateBox } from "../text/editors";
import { InsertButton } from "../text/fields";

interface Props {
  path: string;
  label: string;
  hint?: string;
  required?: boolean;
  /** It can be left open. */
  nullable?: boolean;
  /** Of several lines. */
  long?: boolean;
  value: string;
  onChange: (value: string | null) => void;
}

/** A text that is being typed, and how. */
interface Typing {
  text: string;
  as: "secret" | "template";
}

export function SecretField({ nullable = false, long = false, value, onChange, ...field }: Props) {
  const { t } = useTranslation();
  const { readonly } = usePanel();
  const words = useWords();
  const [typing, setTyping] = useState<Typing>();
  const stored = value === SEALED ? "" : value;
  const text = typing?.text ?? stored;
  const template = (typing ? typing.as : templateNames(stored).length > 0 ? "template" : "secret") === "template";
  const sealed = !typing && isSealed(stored);

  const give = (next: string) => onChange(next === "" && nullable ? null : next);
  const leave = () => {
    if (!typing) return;
    setTyping(undefined);
    // Whoever replaces nothing keeps what is there.
    if (typing.text !== stored && !(typing.text === "" && isSealed(stored))) give(typing.text);
  };
  // A panel that is closed while somebody types keeps what was typed.
  const leaving = useRef(leave);
  useEffect(() => {
    leaving.current = leave;
  });
  useEffect(() => () => leaving.current(), []);

  const around = {
    onBlur: ({ currentTarget, relatedTarget }: FocusEvent<HTMLDivElement>) => {
      if (!currentTarget.contains(relatedTarget)) leave();
    },
    onKeyDown: ({ key, ctrlKey, metaKey }: KeyboardEvent<HTMLDivElement>) => {
      const command = ctrlKey || metaKey;
      if (key === "Enter" ? command || (!long && typing?.as === "secret") : command && key.toLowerCase() === "s") leave();
    },
  };
  const insert = (name: string) => {
    setTyping(undefined);
    give(`${isSealed(text) ? "" : text}{{${name}}}`);
  };
  return (
    <div {...around}>
      <PanelField {...field} action={<InsertButton onInsert={insert} />}>
        {sealed ? (
          <SetSecret readonly={readonly} onReplace={() => setTyping({ text: "", as: "secret" })} onRemove={() => give("")} />
        ) : template ? (
          <TemplateBox
            words={words}
            unknown={t("canvas-panel:text.unknown")}
            value={text}
            onChange={(next) => setTyping({ text: next, as: "template" })}
            readOnly={readonly}
            lines={[1, 4]}
          />
        ) : (
          <Masked long={long} readonly={readonly} focused={typing?.text === ""} value={text} onChange={(next) => setTyping({ text: next, as: "secret" })} />
        )}
      </PanelField>
    </div>
  );
}

function SetSecret({ readonly, onReplace, onRemove, ...control }: ControlProps & { readonly: boolean; onReplace: () => void; onRemove: () => void }) {
  const { t } = useTranslation();
  return (
    <div {...control} role="group" className="flex h-8 items-center gap-2 rounded-md border border-line bg-sunken px-2.5 text-[13px] text-soft">
      <KeyRound aria-hidden="true" className="size-4 shrink-0 text-faint" />
      <span className="flex-1">{t("canvas-panel:secret.set")}</span>
      {!readonly && (
        <>
          <Button size="sm" variant="ghost" className="h-6 px-1.5 text-xs" onClick={onReplace}>
            {t("canvas-panel:secret.replace")}
          </Button>
          <Button size="sm" variant="ghost" className="h-6 px-1.5 text-xs" onClick={onRemove}>
            {t("canvas-panel:secret.remove")}
          </Button>
        </>
      )}
    </div>
  );
}

/** Browsers mask lines of text by a property that has no standard name. */
const DISCS = { WebkitTextSecurity: "disc" } as CSSProperties;

function Masked({
  long,
  readonly,
  focused,
  value,
  onChange,
  ...control
}: ControlProps & { long: boolean; readonly: boolean; focused: boolean; value: string; onChange: (text: string) => void }) {
  const { t } = useTranslation();
  const [shown, setShown] = useState(false);
  const shared = { ...control, readOnly: readonly, spellCheck: false, autoComplete: "off", value };
  return (
    <div className="flex items-start gap-1">
      {long ? (
        <Textarea
          {...shared}
          // Somebody has just asked to replace it.
          autoFocus={focused}
          rows={5}
          className="font-mono !text-xs"
          style={shown ? undefined : DISCS}
          onChange={({ target }) => onChange(target.value)}
        />
      ) : (
        <Input
          {...shared}
          autoFocus={focused}
          type={shown ? "text" : "password"}
          autoComplete="new-password"
          className="font-mono !text-[13px]"
          onChange={({ target }) => onChange(target.value)}
        />
      )}
      {value !== "" && (
        <IconButton size="icon-sm" className="mt-0.5" label={t(shown ? "canvas-panel:secret.hide" : "canvas-panel:secret.show")} onClick={() => setShown(!shown)}>
          {shown ? <EyeOff /> : <Eye />}
        </IconButton>
      )}
    </div>
  );
}
