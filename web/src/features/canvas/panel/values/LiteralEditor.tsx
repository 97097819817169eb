import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ValueType } from "@/api/types";
import { Input, NativeSelect, Textarea } from "@/ui/input";
import type { ControlProps } from "../parts/PanelField";
import { JsonBox } from "../text/editors";
import { controlOf, literalText, readLiteral } from "./literal";
import { typeKey } from "./types";

interface Props extends ControlProps {
  type: ValueType | undefined;
  value: unknown;
  /** `undefined`: nothing stands there. */
  onChange: (value: unknown) => void;
  disabled?: boolean;
}

/** A value written by hand; what cannot be read stays as it was written and is said to be wrong. */
export function LiteralEditor(props: Props) {
  // Another type is written otherwise.
  return <Editor key={typeKey(props.type)} {...props} />;
}

function Editor({ type, value, onChange, disabled, ...control }: Props) {
  const { t } = useTranslation();
  const [written, setWritten] = useState<string>();
  const kind = controlOf(type);
  const stored = literalText(type, value);
  // Undone or changed elsewhere: what was written no longer counts.
  const readBack = written === undefined ? undefined : readLiteral(type, written);
  const stale = readBack !== undefined && "value" in readBack && literalText(type, readBack.value) !== stored;
  const text = written === undefined || stale ? stored : written;
  const now = readLiteral(type, text);
  const fault = "fault" in now ? now.fault : undefined;
  const write = (next: string) => {
    setWritten(next);
    const result = readLiteral(type, next);
    if ("value" in result) onChange(result.value);
  };
  const common = { ...control, disabled, "aria-invalid": control["aria-invalid"] || fault !== undefined || undefined };
  return (
    <div className="min-w-0 space-y-1">
      {kind === "flag" ? (
        <NativeSelect {...common} value={text} onChange={({ target }) => write(target.value)}>
          <option value="">—</option>
          <option value="true">true</option>
          <option value="false">false</option>
        </NativeSelect>
      ) : kind === "json" ? (
        <JsonBox
          {...control}
          aria-invalid={common["aria-invalid"]}
          readOnly={disabled}
          value={text}
          onChange={write}
          lines={[1, 10]}
          placeholder={t("canvas-panel:value.json")}
        />
      ) : kind === "text" ? (
        <Textarea
          {...common}
          rows={Math.min(8, text.split("\n").length)}
          className="!min-h-8"
          placeholder={t("canvas-panel:value.text")}
          value={text}
          onChange={({ target }) => write(target.value)}
        />
      ) : (
        <Input
          {...common}
          inputMode={kind === "number" ? "decimal" : undefined}
          type={kind === "file" ? "url" : undefined}
          placeholder={kind === "time" ? "2026-01-31 12:00:00" : kind === "file" ? "https://…" : "0"}
          value={text}
          onChange={({ target }) => write(target.value)}
        />
      )}
      {fault && (
        <p role="alert" className="text-xs leading-5 text-danger-text">
          {t(`workflows:fault.${fault}`)}
        </p>
      )}
    </div>
  );
}
