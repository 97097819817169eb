/** An HTTP request: method and address in one line, headers, query, who sends it, what is sent; curl can be pasted. */
import { ClipboardPaste, Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button, IconButton } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Field } from "@/ui/field";
import { Input, NativeSelect, Textarea } from "@/ui/input";
import { Notice } from "@/ui/states";
import { toast } from "@/ui/toast";
import { Trash2 } from "lucide-react";
import { usePanel } from "../context";
import { parseCurl, type HttpBody, type Pair } from "../http/curl";
import { FaultText, isInvalid } from "../parts/FaultText";
import { Fold } from "../parts/Fold";
import { PanelField, PanelGroup } from "../parts/PanelField";
import { isRecord, pointer, replaced, without } from "../pointer";
import { useWords } from "../refs/useWords";
import { InputSelect } from "../schema/InputSelect";
import { Param } from "../schema/SchemaForm";
import { InputsFold, OutputsFold } from "../sections";
import { TemplateBox } from "../text/editors";
import { TemplateField } from "../text/fields";
import { More } from "./ModelChoice";

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];
const BODIES = ["none", "json", "text", "form", "urlencoded", "binary"] as const;

const bodyType = (body: unknown): (typeof BODIES)[number] => BODIES.find((one) => isRecord(body) && one === body.type) ?? "none";

const pairsOf = (value: unknown): (Pair & { file?: boolean })[] =>
  Array.isArray(value)
    ? value.filter(isRecord).map((one) => ({ ...one, name: String(one.name ?? ""), value: String(one.value ?? "") }))
    : [];

export function HttpRequestBody() {
  const { t } = useTranslation();
  const { node, readonly, setParam } = usePanel();
  const params = node.params ?? {};
  const method = typeof params.method === "string" ? params.method : "GET";
  const [headers, query] = [pairsOf(params.headers), pairsOf(params.query)];
  return (
    <>
      <Fold title={t("canvas-panel:http.title")} places={["/params/method", "/params/url", "/params/headers", "/params/query"]}>
        <div className="flex items-end gap-2">
          <PanelField path="/params/method" label={t("canvas-panel:http.method")} className="w-28 shrink-0">
            <NativeSelect disabled={readonly} value={method} onChange={({ target }) => setParam(["method"], target.value)}>
              {METHODS.map((one) => (
                <option key={one}>{one}</option>
              ))}
            </NativeSelect>
          </PanelField>
          <span className="flex-1" />
          {!readonly && <CurlDialog />}
        </div>
        <TemplateField
          path="/params/url"
          label={t("canvas-panel:http.url")}
          required
          value={typeof params.url === "string" ? params.url : ""}
          onChange={(url) => setParam(["url"], url)}
          placeholder="https://api.example.com/items/{{id}}"
          lines={[1, 6]}
        />
        <More label={t("canvas-panel:http.query", { count: query.length })} open={query.length > 0}>
          <Pairs path="/params/query" label={t("canvas-panel:http.queryLabel")} value={query} onChange={(next) => setParam(["query"], next)} />
        </More>
        <More label={t("canvas-panel:http.headers", { count: headers.length })} open={headers.length > 0}>
          <Pairs path="/params/headers" label={t("canvas-panel:http.headersLabel")} value={headers} onChange={(next) => setParam(["headers"], next)} />
        </More>
      </Fold>
      <Fold title={t("canvas-panel:http.body")} note={t(`canvas-panel:http.bodies.${bodyType(params.body)}`)} places={["/params/body"]} open={isRecord(params.body) && params.body.type !== "none"}>
        <Body />
      </Fold>
      <Fold title={t("canvas-panel:http.auth")} places={["/params/auth"]} open={isRecord(params.auth)}>
        <Param name="auth" />
      </Fold>
      <Fold title={t("canvas-panel:http.tls")} places={["/params/tls"]} open={isRecord(params.tls)}>
        <Param name="tls" label={t("canvas-panel:http.tlsOwn")} />
      </Fold>
      <InputsFold />
      <Fold title={t("canvas-panel:http.limits")} places={["/params/timeout_ms", "/params/retries"]} open={false}>
        <div className="grid grid-cols-2 gap-3">
          <Param name="timeout_ms" />
          <Param name="retries" />
        </div>
      </Fold>
      <OutputsFold />
    </>
  );
}

/** Names with texts, which may refer to inputs. */
function Pairs({
  path,
  label,
  value,
  onChange,
  files = false,
}: {
  path: string;
  label: string;
  value: readonly (Pair & { file?: boolean })[];
  onChange: (value: (Pair & { file?: boolean })[]) => void;
  files?: boolean;
}) {
  const { t } = useTranslation();
  const { readonly, fault } = usePanel();
  const words = useWords();
  return (
    <PanelGroup path={path} label={<span className="sr-only">{label}</span>} className="[&>div:first-child]:min-h-0">
      <ul className="space-y-1.5" aria-label={label}>
        {value.map((pair, at) => {
          const wrong = fault(pointer(path, at));
          return (
            <li key={at} data-path={pointer(path, at)}>
              <div className="flex items-start gap-1">
                <Input
                  aria-label={t("canvas-panel:http.name")}
                  placeholder={t("canvas-panel:http.name")}
                  className="w-2/5 shrink-0 font-mono !text-[13px]"
                  spellCheck={false}
                  readOnly={readonly}
                  aria-invalid={isInvalid(wrong)}
                  value={pair.name}
                  onChange={({ target }) => onChange(replaced(value, at, { ...pair, name: target.value }))}
                />
                <div className="min-w-0 flex-1">
                  <TemplateBox
                    aria-label={t("canvas-panel:http.value", { name: pair.name })}
                    words={words}
                    unknown={t("canvas-panel:text.unknown")}
                    readOnly={readonly}
                    value={pair.value}
                    onChange={(text) => onChange(replaced(value, at, { ...pair, value: text }))}
                    lines={[1, 4]}
                  />
                </div>
                {!readonly && (
                  <IconButton size="icon-sm" className="mt-0.5" label={t("canvas-panel:http.remove", { name: pair.name })} onClick={() => onChange(without(value, at))}>
                    <Trash2 />
                  </IconButton>
                )}
              </div>
              {files && (
                <label className="mt-1 flex items-center gap-1.5 text-xs text-soft">
                  <input
                    type="checkbox"
                    disabled={readonly}
                    checked={pair.file === true}
                    onChange={({ target }) => onChange(replaced(value, at, { ...pair, file: target.checked }))}
                  />
                  {t("canvas-panel:http.file")}
                </label>
              )}
              <FaultText fault={wrong} />
            </li>
          );
        })}
      </ul>
      {!readonly && (
        <Button size="sm" onClick={() => onChange([...value, { name: "", value: "" }])}>
          <Plus />
          {t("common:action.add")}
        </Button>
      )}
    </PanelGroup>
  );
}

function Body() {
  const { t } = useTranslation();
  const { node, readonly, setParam } = usePanel();
  const given = isRecord(node.params?.body) ? node.params.body : { type: "none" };
  const type = bodyType(given);
  const content = typeof given.content === "string" ? given.content : "";
  const change = (next: (typeof BODIES)[number]) => {
    const body: Record<(typeof BODIES)[number], () => HttpBody> = {
      none: () => ({ type: "none" }),
      json: () => ({ type: "json", content }),
      text: () => ({ type: "text", content }),
      form: () => ({ type: "form", fields: pairsOf(given.fields) }),
      urlencoded: () => ({ type: "urlencoded", fields: pairsOf(given.fields).map(({ name, value }) => ({ name, value })) }),
      binary: () => ({ type: "binary", file: "" }),
    };
    setParam(["body"], body[next]());
  };
  return (
    <>
      <PanelField path="/params/body/type" label={t("canvas-panel:http.bodyType")}>
        <NativeSelect disabled={readonly} value={type} onChange={({ target }) => change(target.value as typeof type)}>
          {BODIES.map((one) => (
            <option key={one} value={one}>
              {t(`canvas-panel:http.bodies.${one}`)}
            </option>
          ))}
        </NativeSelect>
      </PanelField>
      {(type === "json" || type === "text") && (
        <TemplateField
          path="/params/body/content"
          label={t("canvas-panel:http.content")}
          hint={type === "json" ? t("canvas-panel:http.jsonHint") : undefined}
          around={type === "json" ? "json" : undefined}
          value={content}
          onChange={(text) => setParam(["body", "content"], text)}
          placeholder={type === "json" ? '{ "name": "{{name}}" }' : undefined}
          lines={[5, 18]}
        />
      )}
      {(type === "form" || type === "urlencoded") && (
        <Pairs
          path="/params/body/fields"
          label={t("canvas-panel:http.fields")}
          files={type === "form"}
          value={pairsOf(given.fields)}
          onChange={(fields) => setParam(["body", "fields"], fields)}
        />
      )}
      {type === "binary" && (
        <PanelField path="/params/body/file" label={t("canvas-panel:http.binary")}>
          <InputSelect
            wanted={{ file: "any" }}
            value={typeof given.file === "string" ? given.file : ""}
            onChange={(file) => setParam(["body", "file"], file ?? "")}
          />
        </PanelField>
      )}
    </>
  );
}

/** Fills the request from a curl command. */
function CurlDialog() {
  const { t } = useTranslation();
  const { edit } = usePanel();
  const [open, setOpen] = useState(false);
  const [text, setText] = useState("");
  const read = parseCurl(text);
  const take = () => {
    if (!read) return;
    const { params } = read;
    edit((current) => {
      const { timeout_ms: _, retries: __, ...kept } = current.params ?? {};
      return { ...current, params: { ...kept, ...params } };
    });
    setOpen(false);
    setText("");
    toast({ title: t("canvas-panel:curl.done"), tone: "success" });
  };
  return (
    <>
      <Button size="sm" onClick={() => setOpen(true)}>
        <ClipboardPaste />
        {t("canvas-panel:curl.action")}
      </Button>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title={t("canvas-panel:curl.title")}
        description={t("canvas-panel:curl.hint")}
        closeLabel={t("common:action.close")}
        className="max-w-xl"
        footer={
          <>
            <Button onClick={() => setOpen(false)}>{t("common:action.cancel")}</Button>
            <Button variant="primary" disabled={!read} onClick={take}>
              {t("canvas-panel:curl.take")}
            </Button>
          </>
        }
      >
        <div className="space-y-3">
          <Field label={t("canvas-panel:curl.command")} error={text.trim() !== "" && !read ? t("canvas-panel:curl.wrong") : undefined}>
            <Textarea
              rows={9}
              spellCheck={false}
              className="font-mono !text-xs"
              placeholder="curl https://api.example.com/items -H 'Authorization: Bearer …'"
              value={text}
              onChange={({ target }) => setText(target.value)}
            />
          </Field>
          {read && (
            <p className="text-[13px] break-all text-soft">
              <span className="font-mono font-medium text-text">{read.params.method}</span> {read.params.url}
            </p>
          )}
          {read && read.left.length > 0 && (
            <Notice tone="warning" title={t("canvas-panel:curl.left")}>
              <ul className="font-mono text-xs">
                {read.left.map((one, at) => (
                  <li key={at}>{one}</li>
                ))}
              </ul>
            </Notice>
          )}
        </div>
      </Dialog>
    </>
  );
}
