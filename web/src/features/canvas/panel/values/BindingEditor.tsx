/** Where an input's value comes from: an earlier step, a value, a variable, an expression, an object of parts. */
import { Braces, Link2, Sigma, TextCursorInput, Variable, X } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Binding, ValueType, WorkflowNodeInput } from "@/api/types";
import { IconButton } from "@/ui/button";
import { cn } from "@/ui/cn";
import { Input, NativeSelect } from "@/ui/input";
import { Menu, MenuContent, MenuRadioGroup, MenuRadioItem, MenuTrigger } from "@/ui/menu";
import { usePanel } from "../context";
import type { ControlProps } from "../parts/PanelField";
import { RefChip } from "../refs/RefChip";
import { ReferencePicker, type PickedRef } from "../refs/ReferencePicker";
import { useWords } from "../refs/useWords";
import { ExpressionBox } from "../text/editors";
import { bindingKind, BINDINGS, emptyBinding, type BindingKind } from "./binding";
import { InputRows } from "./InputRows";
import { LiteralEditor } from "./LiteralEditor";

const ICONS: Record<BindingKind, typeof Link2> = {
  ref: Link2,
  literal: TextCursorInput,
  variable: Variable,
  expr: Sigma,
  object: Braces,
};

interface Props extends ControlProps {
  /** What the input is called, for those who hear. */
  name: string;
  path: string;
  type: ValueType | undefined;
  value: Binding | null | undefined;
  onChange: (value: Binding | undefined, type?: ValueType) => void;
  /** The type is given: a reference has to become it. */
  fixed?: boolean;
  /** Place among the node's inputs: expressions see those before it. */
  at?: number;
  kinds?: readonly BindingKind[];
}

export function BindingEditor({ name, path, type, value, onChange, fixed = false, at, kinds = BINDINGS, ...control }: Props) {
  const { t } = useTranslation();
  const { readonly } = usePanel();
  const kind = bindingKind(value) ?? "ref";
  const Icon = ICONS[kind];
  const label = t("canvas-panel:binding.of", { name, kind: t(`canvas-panel:binding.${kind}`) });
  return (
    <div className={cn("flex min-w-0 items-start gap-1", kind === "object" && "flex-col")}>
      <Menu>
        <MenuTrigger asChild>
          <IconButton label={label} disabled={readonly} variant="secondary" className="size-8 px-0 text-soft">
            <Icon />
          </IconButton>
        </MenuTrigger>
        <MenuContent align="start">
          <MenuRadioGroup
            value={kind}
            onValueChange={(next) => {
              if (next !== kind) onChange(emptyBinding(next as BindingKind, type));
            }}
          >
            {kinds.map((each) => {
              const Each = ICONS[each];
              return (
                <MenuRadioItem key={each} value={each}>
                  <span className="flex items-center gap-2">
                    <Each />
                    {t(`canvas-panel:binding.${each}`)}
                  </span>
                </MenuRadioItem>
              );
            })}
          </MenuRadioGroup>
        </MenuContent>
      </Menu>
      <div className="w-full min-w-0 flex-1">
        <Value {...control} name={name} path={path} type={type} value={value} onChange={onChange} fixed={fixed} at={at} />
      </div>
    </div>
  );
}

function Value({ name, path, type, value, onChange, fixed, at, ...control }: Omit<Props, "kinds">) {
  const { t } = useTranslation();
  const { readonly } = usePanel();
  const words = useWords({ before: at, closed: true });
  const pick = ({ ref, type: picked }: PickedRef) => onChange({ ref }, fixed ? undefined : picked);
  if (!value || "ref" in value) {
    const chosen = value && value.ref.node !== "" ? value.ref : undefined;
    return (
      <div className="flex items-center gap-1">
        <div className="min-w-0 flex-1">
          <ReferencePicker onPick={pick} wanted={fixed ? type : undefined}>
            {chosen ? (
              <RefChip aria-label={name} {...control} to={chosen} disabled={readonly} />
            ) : (
              <button
                type="button"
                {...control}
                aria-label={`${name}: ${t("canvas-panel:ref.choose")}`}
                aria-labelledby={undefined}
                disabled={readonly}
                className="h-8 w-full truncate rounded-md border border-dashed border-line-strong bg-surface px-2 text-left text-[13px] text-faint hover:border-faint hover:text-text disabled:cursor-default"
              >
                {t("canvas-panel:ref.choose")}
              </button>
            )}
          </ReferencePicker>
        </div>
        {chosen && !readonly && (
          <IconButton size="icon-sm" label={t("canvas-panel:binding.clear", { name })} onClick={() => onChange(undefined)}>
            <X />
          </IconButton>
        )}
      </div>
    );
  }
  if ("literal" in value)
    return (
      <LiteralEditor
        {...control}
        aria-label={control["aria-labelledby"] ? undefined : name}
        type={type}
        value={value.literal}
        disabled={readonly}
        onChange={(literal) => onChange(literal === undefined ? { literal: null } : { literal })}
      />
    );
  if ("variable" in value) {
    const { scope, path: keys } = value.variable;
    return (
      <div className="flex gap-1">
        <NativeSelect
          className="w-28 shrink-0"
          aria-label={t("canvas-panel:variable.scope")}
          disabled={readonly}
          value={scope}
          onChange={({ target }) => onChange({ variable: { scope: target.value as typeof scope, path: keys } })}
        >
          {(["app", "user", "system"] as const).map((each) => (
            <option key={each} value={each}>
              {t(`canvas-panel:variable.${each}`)}
            </option>
          ))}
        </NativeSelect>
        <Input
          {...control}
          aria-label={control["aria-labelledby"] ? undefined : t("canvas-panel:variable.name")}
          className="font-mono !text-[13px]"
          spellCheck={false}
          readOnly={readonly}
          placeholder={t("canvas-panel:variable.name")}
          value={keys.join(".")}
          onChange={({ target }) => onChange({ variable: { scope, path: target.value.split(".") } })}
        />
      </div>
    );
  }
  if ("expr" in value)
    return (
      <ExpressionBox
        {...control}
        aria-label={control["aria-labelledby"] ? undefined : name}
        words={words}
        readOnly={readonly}
        value={value.expr}
        placeholder={t("canvas-panel:expr.placeholder")}
        onChange={(expr) => onChange({ expr })}
        lines={[1, 6]}
      />
    );
  return (
    <div className="rounded-md border border-line p-2.5">
      <InputRows
        rows={value.object}
        path={`${path}/object`}
        title={name}
        onChange={(object) => onChange({ object: object as WorkflowNodeInput[] })}
      />
    </div>
  );
}
