/** The model form's values: text as typed, and what they mean on the wire. */
import type {
  Capabilities,
  Id,
  Model,
  ModelInput,
  ModelKind,
  ModelParams,
  Price,
  ProbeInput,
  Vendor,
  VendorId,
} from "@/api/types";
import type { ModelPatch } from "./queries";

export interface FormValues {
  vendor: VendorId | undefined;
  name: string;
  /** The name was typed, not taken from the model. */
  named: boolean;
  base_url: string;
  api_key: string;
  extra: Record<string, string>;
  model: string;
  kind: ModelKind;
  capabilities: Capabilities;
  context_window: string;
  max_output_tokens: string;
  temperature: string;
  top_p: string;
  max_tokens: string;
  price_in: string;
  price_out: string;
  currency: Price["currency"];
  max_concurrency: string;
  timeout_seconds: string;
  fallback_model_id: Id | "";
  shared: boolean;
  is_default: boolean;
}

export const NO_CAPABILITIES: Capabilities = {
  tools: false,
  parallel_tools: false,
  json_schema: false,
  vision: false,
  reasoning: false,
  embedding_dimensions: null,
};

const text = (value: number | null | undefined): string => (value == null ? "" : String(value));

export function emptyValues(): FormValues {
  return {
    vendor: undefined,
    name: "",
    named: false,
    base_url: "",
    api_key: "",
    extra: {},
    model: "",
    kind: "chat",
    capabilities: { ...NO_CAPABILITIES, tools: true },
    context_window: "",
    max_output_tokens: "",
    temperature: "",
    top_p: "",
    max_tokens: "",
    price_in: "",
    price_out: "",
    currency: "USD",
    max_concurrency: "",
    timeout_seconds: "",
    fallback_model_id: "",
    shared: false,
    is_default: false,
  };
}

export function valuesOf(model: Model): FormValues {
  return {
    ...emptyValues(),
    vendor: model.vendor,
    name: model.name,
    named: true,
    base_url: model.base_url ?? "",
    extra: model.extra,
    model: model.model,
    kind: model.kind,
    capabilities: model.capabilities,
    context_window: text(model.context_window),
    max_output_tokens: text(model.max_output_tokens),
    temperature: text(model.defaults.temperature),
    top_p: text(model.defaults.top_p),
    max_tokens: text(model.defaults.max_tokens),
    price_in: text(model.price?.input_per_million),
    price_out: text(model.price?.output_per_million),
    currency: model.price?.currency ?? "USD",
    max_concurrency: text(model.max_concurrency),
    timeout_seconds: text(model.timeout_seconds),
    fallback_model_id: model.fallback_model_id ?? "",
    shared: model.workspace_id === null,
    is_default: model.is_default,
  };
}

/** The values for another vendor: what belonged to the former one goes. */
export function withVendor(values: FormValues, vendor: Vendor): FormValues {
  return {
    ...values,
    vendor: vendor.id,
    base_url: vendor.default_base_url ?? "",
    api_key: "",
    extra: {},
    model: vendor.id === "offline" ? "offline" : "",
    name: values.named ? values.name : vendor.id === "offline" ? vendor.name : "",
    capabilities: { ...NO_CAPABILITIES, tools: true },
  };
}

const number = (typed: string): number | undefined => {
  const trimmed = typed.trim();
  if (trimmed === "") return undefined;
  const value = Number(trimmed);
  return Number.isFinite(value) ? value : undefined;
};

function price({ price_in, price_out, currency }: FormValues): Price | null {
  const [input, output] = [number(price_in), number(price_out)];
  if (input === undefined && output === undefined) return null;
  return { input_per_million: input ?? 0, output_per_million: output ?? 0, currency };
}

function defaults(values: FormValues, before: ModelParams | undefined): ModelParams {
  // Parameters that the form does not show stay as they are.
  const { temperature: _t, top_p: _p, max_tokens: _m, ...rest } = before ?? {};
  const shown: ModelParams = {
    temperature: number(values.temperature),
    top_p: number(values.top_p),
    max_tokens: number(values.max_tokens),
  };
  const set = Object.entries(shown).filter(([, value]) => value !== undefined);
  return { ...rest, ...Object.fromEntries(set) };
}

function filled(extra: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(extra).filter(([, value]) => value.trim() !== ""));
}

/** What is saved as a new model, or tested before. `vendor` must be chosen. */
export function toInput(values: FormValues): ModelInput {
  const key = values.api_key.trim();
  const url = values.base_url.trim();
  return {
    name: values.name.trim() || values.model.trim(),
    vendor: values.vendor ?? "openai_compatible",
    ...(url === "" ? {} : { base_url: url }),
    ...(key === "" ? {} : { api_key: key }),
    model: values.model.trim(),
    kind: values.kind,
    capabilities: values.capabilities,
    context_window: number(values.context_window),
    max_output_tokens: number(values.max_output_tokens),
    defaults: defaults(values, undefined),
    price: price(values),
    max_concurrency: number(values.max_concurrency),
    timeout_seconds: number(values.timeout_seconds),
    fallback_model_id: values.fallback_model_id || null,
    extra: filled(values.extra),
    ...(values.shared ? { shared: true } : {}),
    ...(values.is_default ? { is_default: true } : {}),
  };
}

/** What is changed of a stored model: all the form shows; no key keeps the stored one. */
export function toPatch(values: FormValues, model: Model): ModelPatch {
  const { shared: _, ...input } = toInput(values);
  return {
    ...input,
    base_url: values.base_url.trim() || null,
    context_window: input.context_window ?? null,
    max_output_tokens: input.max_output_tokens ?? null,
    max_concurrency: input.max_concurrency ?? null,
    timeout_seconds: input.timeout_seconds ?? null,
    defaults: defaults(values, model.defaults),
    is_default: values.is_default,
  };
}

export function toProbe(values: FormValues, modelId: Id | undefined, model?: string): ProbeInput {
  const { vendor, base_url, api_key, extra } = toInput(values);
  return {
    vendor,
    ...(base_url === undefined ? {} : { base_url }),
    ...(api_key === undefined ? {} : { api_key }),
    ...(modelId === undefined ? {} : { model_id: modelId }),
    ...(Object.keys(extra ?? {}).length > 0 ? { extra } : {}),
    ...(model === undefined ? {} : { model }),
  };
}

/** What still has to be typed before the vendor can be asked. */
export function missing(values: FormValues, vendor: Vendor, hasKey: boolean): string[] {
  const fields: string[] = [];
  if (vendor.needs_base_url && values.base_url.trim() === "") fields.push("base_url");
  if (vendor.needs_key && !hasKey && values.api_key.trim() === "") fields.push("api_key");
  for (const field of vendor.extra_fields)
    if (field.required && !values.extra[field.name]?.trim()) fields.push(`extra.${field.name}`);
  return fields;
}
