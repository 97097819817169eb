/** Params drawn from their JSON schema: a control for each, nested where values are. */
import { Plus } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { WorkflowNode } from "@/api/types";
import { Button } from "@/ui/button";
import { Checkbox, Switch } from "@/ui/choice";
import { Input, NativeSelect, Textarea } from "@/ui/input";
import { usePanel } from "../context";
import { NumberInput } from "../parts/NumberInput";
import { PanelField, PanelGroup } from "../parts/PanelField";
import { RowMenu } from "../parts/RowMenu";
import { getAt, isRecord, moved, pointer, replaced, setAt, without, type Keys } from "../pointer";
import { dotted, EXTRA_NAMES, roleOf } from "../roles";
import { ExpressionField, JinjaField, TemplateField } from "../text/fields";
import { LiteralEditor } from "../values/LiteralEditor";
import { FlagField, ZoneField } from "./fields";
import { InputChecks, InputSelect } from "./InputSelect";
import { ordered } from "./order";
import { asVariant, blankOf, resolved, shapeOf, titleOf, variantOf, type Schema, type Shape } from "./schema";
import { SecretField } from "./SecretField";
import { TextList } from "./TextList";

export interface SchemaControlProps {
  schema: Schema;
  value: unknown;
  /** `undefined`: the parameter is taken away. */
  onChange: (value: unknown) => void;
  path: string;
  label: string;
  required?: boolean;
}

/** All params of the node, or these. */
export function ParamsForm({
  names,
  without: left = [],
  after,
}: {
  names?: readonly string[];
  without?: readonly string[];
  /** What else changes with params that are one of several forms. */
  after?: (node: WorkflowNode) => WorkflowNode;
}) {
  const { spec, locale } = usePanel();
  const root = (spec?.params ?? {}) as Schema;
  const shape = shapeOf(root, root, locale);
  if (shape.kind === "variants") return <Variants schema={root} shape={shape} after={after} />;
  if (shape.kind !== "object") return null;
  const all = ordered(shape.properties).map(({ name }) => name);
  const shown = names ? names.filter((name) => all.includes(name)) : all.filter((name) => !left.includes(name));
  return (
    <>
      {shown.map((name) => (
        <Param key={name} name={name} />
      ))}
    </>
  );
}

/** Params that are one of several forms: what is done is chosen first. */
function Variants({
  schema,
  shape,
  after = (node) => node,
}: {
  schema: Schema;
  shape: Shape;
  after?: (node: WorkflowNode) => WorkflowNode;
}) {
  const { node, edit } = usePanel();
  return (
    <SchemaControl
      schema={schema}
      value={node.params ?? {}}
      path="/params"
      label={shape.kind === "variants" ? (shape.tag ?? "") : ""}
      required
      onChange={(params) => edit((current) => after({ ...current, params: isRecord(params) ? params : {} }), "params")}
    />
  );
}

/** One parameter, wherever it lies. */
export function Param({ name, label }: { name: string | Keys; label?: string }) {
  const { spec, node, locale, setParam } = usePanel();
  const keys = typeof name === "string" ? [name] : name;
  const root = (spec?.params ?? {}) as Schema;
  const found = propertyAt(root, keys, root);
  if (!found) return null;
  return (
    <SchemaControl
      schema={found.schema}
      required={found.required}
      value={getAt(node.params, keys)}
      path={pointer("/params", ...keys)}
      label={label ?? titleOf(resolved(found.schema, root), locale) ?? String(keys.at(-1))}
      onChange={(value) => setParam(keys, value)}
    />
  );
}

function propertyAt(schema: Schema, keys: Keys, root: Schema): { schema: Schema; required: boolean } | undefined {
  let at: { schema: Schema; required: boolean } | undefined = { schema, required: true };
  for (const key of keys) {
    if (!at) return undefined;
    const shape: Shape = shapeOf(at.schema, root, "en");
    at = shape.kind === "object" ? shape.properties.find(({ name }) => name === key) : undefined;
  }
  return at;
}

/** What is said of a parameter: in the reader's language, else by the kind. */
function useHint(schema: Schema, path: string): string | undefined {
  const { t } = useTranslation();
  const { node, locale } = usePanel();
  const said = locale === "en" && typeof schema.description === "string" ? schema.description : "";
  return t(`canvas-panel:help.${node.kind}.${dotted(path).replaceAll(".", "_")}`, { defaultValue: said }) || undefined;
}

export function SchemaControl(props: SchemaControlProps) {
  const { t } = useTranslation();
  const { spec, node, locale, readonly } = usePanel();
  const { value, onChange, path, label, required } = props;
  const root = (spec?.params ?? {}) as Schema;
  const schema = resolved(props.schema, root);
  const shape = shapeOf(schema, root, locale);
  const hint = useHint(schema, path);
  const field = { path, label, hint, required: required && !shape.nullable };
  const role = roleOf(node.kind, dotted(path), schema.description);
  const text = typeof value === "string" ? value : "";
  const optional = shape.nullable ? null : undefined;

  switch (shape.kind) {
    case "text":
      if (shape.secret)
        return <SecretField {...field} long={role === "long"} nullable={shape.nullable} value={text} onChange={onChange} />;
      if (role === "template" || role === "line" || role === "sql")
        return (
          <TemplateField
            {...field}
            around={role === "sql" ? "sql" : undefined}
            lines={role === "line" ? [1, 4] : undefined}
            placeholder={role === "line" ? "" : undefined}
            value={text}
            onChange={onChange}
          />
        );
      if (role === "expression")
        return <ExpressionField {...field} names={EXTRA_NAMES[node.kind]} value={text} onChange={onChange} />;
      if (role === "jinja") return <JinjaField {...field} value={text} onChange={onChange} />;
      if (role === "input")
        return (
          <PanelField {...field}>
            <InputSelect nullable={shape.nullable || !required} value={text} onChange={(name) => onChange(name ?? optional)} />
          </PanelField>
        );
      if (role === "zone") return <ZoneField {...field} value={text} onChange={(zone) => onChange(zone === "" ? optional : zone)} />;
      if (role === "long")
        return (
          <PanelField {...field}>
            <Textarea
              readOnly={readonly}
              rows={Math.min(10, Math.max(3, text.split("\n").length))}
              value={text}
              onChange={({ target }) => onChange(target.value === "" && shape.nullable ? null : target.value)}
            />
          </PanelField>
        );
      return (
        <PanelField {...field}>
          <Input
            readOnly={readonly}
            placeholder={typeof schema.default === "string" ? schema.default : undefined}
            value={text}
            onChange={({ target }) => onChange(target.value === "" && shape.nullable ? null : target.value)}
          />
        </PanelField>
      );
    case "number":
      return (
        <PanelField {...field}>
          <NumberInput
            disabled={readonly}
            integer={shape.integer}
            min={shape.min}
            max={shape.max}
            placeholder={typeof schema.default === "number" ? String(schema.default) : undefined}
            value={typeof value === "number" ? value : undefined}
            onChange={(number) => onChange(number ?? optional)}
          />
        </PanelField>
      );
    case "flag":
      return <FlagField {...field} value={value ?? schema.default} onChange={onChange} />;
    case "choice":
      return (
        <PanelField {...field}>
          <NativeSelect
            disabled={readonly}
            value={String(value ?? schema.default ?? "")}
            onChange={({ target }) => {
              const chosen = shape.choices.find((choice) => String(choice.value) === target.value);
              onChange(chosen ? chosen.value : optional);
            }}
          >
            {(shape.nullable || (schema.default === undefined && !required) || value === undefined) && (
              <option value="">{t(shape.nullable ? "canvas-panel:choice.none" : "canvas-panel:choice.preset")}</option>
            )}
            {shape.choices.map((choice) => (
              <option key={String(choice.value)} value={String(choice.value)}>
                {choice.label}
              </option>
            ))}
          </NativeSelect>
        </PanelField>
      );
    case "list":
      return <ListControl {...props} item={shape.item} hint={hint} />;
    case "object": {
      const record = isRecord(value) ? value : {};
      const off = shape.nullable && !isRecord(value);
      return (
        <PanelGroup
          {...field}
          action={
            shape.nullable && (
              <Switch
                aria-label={label}
                disabled={readonly}
                checked={!off}
                onCheckedChange={(on) => onChange(on ? blankObject(schema, root, locale) : null)}
              />
            )
          }
        >
          {!off && shape.properties.length > 0 && (
            <div className="space-y-3 rounded-md border border-line p-3">
              {ordered(shape.properties).map(({ name, schema: inner, required: needed }) => (
                <SchemaControl
                  key={name}
                  schema={inner}
                  required={needed}
                  value={record[name]}
                  path={pointer(path, name)}
                  label={titleOf(resolved(inner, root), locale) ?? name}
                  onChange={(next) => onChange(setAt(record, [name], next))}
                />
              ))}
            </div>
          )}
        </PanelGroup>
      );
    }
    case "variants":
      return <VariantControl {...props} shape={shape} hint={hint} />;
    case "json":
      return (
        <PanelField {...field}>
          {schema.type === "object" ? (
            <LiteralEditor
              disabled={readonly}
              type={{ object: [] }}
              value={isRecord(value) && Object.keys(value).length === 0 ? undefined : value}
              onChange={(next) => onChange(next)}
            />
          ) : (
            <LiteralEditor disabled={readonly} type="any" value={value} onChange={(next) => onChange(next ?? optional)} />
          )}
        </PanelField>
      );
  }
}

/** An object whose schema may be hidden behind what can be absent. */
function blankObject(schema: Schema, root: Schema, locale: "en" | "zh-CN"): unknown {
  const parts = [schema.oneOf, schema.anyOf].flatMap((all) => (Array.isArray(all) ? (all as Schema[]) : []));
  const some = parts.find((part) => resolved(part, root).type !== "null");
  return blankOf(some ?? { ...schema, type: "object", default: undefined }, root, locale);
}

function VariantControl({ schema: given, value, onChange, path, label, required, shape, hint }: SchemaControlProps & { shape: Shape; hint: string | undefined }) {
  const { t } = useTranslation();
  const { spec, locale, readonly } = usePanel();
  if (shape.kind !== "variants") return null;
  const root = (spec?.params ?? {}) as Schema;
  const schema = resolved(given, root);
  const absent = shape.nullable && (value === null || value === undefined);
  const at = absent ? -1 : variantOf(value ?? schema.default, shape, root, locale);
  const variant = shape.variants[at];
  const inner = variant && shapeOf(variant.schema, root, locale);
  const record = isRecord(value) ? value : {};
  const tagSchema = shape.tag === undefined ? undefined : resolvedTag(shape.variants[0]?.schema, shape.tag, root);
  const name = (tagSchema && titleOf(tagSchema, locale)) ?? label;
  return (
    <div className="space-y-3">
      <PanelField path={shape.tag === undefined ? path : pointer(path, shape.tag)} label={path === "/params" ? name : label} hint={hint} required={required && !shape.nullable}>
        <NativeSelect
          disabled={readonly}
          value={String(at)}
          onChange={({ target }) => {
            const next = shape.variants[Number(target.value)];
            onChange(next ? asVariant(value, next.schema, root, locale) : null);
          }}
        >
          {shape.nullable && <option value="-1">{t("canvas-panel:choice.none")}</option>}
          {shape.variants.map((each, index) => (
            <option key={index} value={String(index)}>
              {each.label}
            </option>
          ))}
        </NativeSelect>
      </PanelField>
      {inner?.kind === "object" &&
        ordered(inner.properties)
          .filter((property) => property.name !== shape.tag)
          .map((property) => (
            <SchemaControl
              key={property.name}
              schema={property.schema}
              required={property.required}
              value={record[property.name]}
              path={pointer(path, property.name)}
              label={titleOf(resolved(property.schema, root), locale) ?? property.name}
              onChange={(next) => onChange(setAt(record, [property.name], next))}
            />
          ))}
      {inner && inner.kind !== "object" && variant && (
        <SchemaControl schema={variant.schema} value={value} onChange={onChange} path={path} label={variant.label} />
      )}
    </div>
  );
}

function resolvedTag(schema: Schema | undefined, tag: string, root: Schema): Schema | undefined {
  const properties = schema && resolved(schema, root).properties;
  const property = isRecord(properties) ? properties[tag] : undefined;
  return isRecord(property) ? property : undefined;
}

function ListControl({
  schema: given,
  value,
  onChange,
  path,
  label,
  required,
  item,
  hint,
}: SchemaControlProps & { item: Schema; hint: string | undefined }) {
  const { t } = useTranslation();
  const { spec, node, locale, readonly } = usePanel();
  const root = (spec?.params ?? {}) as Schema;
  const list: unknown[] = Array.isArray(value) ? value : [];
  const shape = shapeOf(item, root, locale);
  const role = roleOf(node.kind, dotted(path), resolved(given, root).description);
  const field = { path, label, hint, required };
  const texts = list.map((one) => (typeof one === "string" ? one : ""));
  if (role === "inputs")
    return (
      <PanelGroup {...field} own>
        <InputChecks value={texts} onChange={onChange} empty={t("canvas-panel:inputs.noneYet")} />
      </PanelGroup>
    );
  if (shape.kind === "choice")
    return (
      <PanelGroup {...field} own>
        <div className="grid grid-cols-2 gap-1.5">
          {shape.choices.map((choice) => (
            <label key={String(choice.value)} className="flex items-center gap-2 text-[13px]">
              <Checkbox
                disabled={readonly}
                checked={list.includes(choice.value)}
                onCheckedChange={(on) =>
                  onChange(on === true ? [...list, choice.value] : list.filter((one) => one !== choice.value))
                }
              />
              {choice.label}
            </label>
          ))}
        </div>
      </PanelGroup>
    );
  if (role === "keys")
    return (
      <PanelField {...field}>
        <Input
          readOnly={readonly}
          spellCheck={false}
          className="font-mono !text-[13px]"
          placeholder="user.name"
          value={texts.join(".")}
          onChange={({ target }) => onChange(target.value.trim() === "" ? [] : target.value.split("."))}
        />
      </PanelField>
    );
  if (shape.kind === "text" && role !== "template")
    return (
      <PanelGroup {...field}>
        <TextList value={texts} onChange={onChange} path={path} label={label} long={role === "long"} />
      </PanelGroup>
    );
  return (
    <PanelGroup {...field}>
      <ol className="space-y-2">
        {list.map((one, at) => (
          <li key={at} className="flex items-start gap-1 rounded-md border border-line p-2.5">
            <div className="min-w-0 flex-1 space-y-3">
              <Element schema={item} value={one} path={pointer(path, at)} label={`${label} ${at + 1}`} onChange={(next) => onChange(replaced(list, at, next))} />
            </div>
            {!readonly && (
              <RowMenu
                name={`${label} ${at + 1}`}
                at={at}
                count={list.length}
                onMove={(to) => onChange(moved(list, at, to))}
                onRemove={() => onChange(without(list, at))}
              />
            )}
          </li>
        ))}
      </ol>
      {!readonly && (
        <Button size="sm" onClick={() => onChange([...list, blankOf(item, root, locale)])}>
          <Plus />
          {t("common:action.add")}
        </Button>
      )}
    </PanelGroup>
  );
}

/** An element of a list: the fields of an object without another frame. */
function Element({ schema, value, path, label, onChange }: SchemaControlProps) {
  const { spec, locale } = usePanel();
  const root = (spec?.params ?? {}) as Schema;
  const shape = shapeOf(schema, root, locale);
  if (shape.kind !== "object") return <SchemaControl schema={schema} value={value} path={path} label={label} onChange={onChange} />;
  const record = isRecord(value) ? value : {};
  return (
    <>
      {ordered(shape.properties).map((property) => (
        <SchemaControl
          key={property.name}
          schema={property.schema}
          required={property.required}
          value={record[property.name]}
          path={pointer(path, property.name)}
          label={titleOf(resolved(property.schema, root), locale) ?? property.name}
          onChange={(next) => onChange(setAt(record, [property.name], next))}
        />
      ))}
    </>
  );
}
