/** Where the next question is written. */
import { ArrowUp, Paperclip, Square, X } from "lucide-react";
import { useEffect, useImperativeHandle, useRef, useState, type KeyboardEvent, type Ref } from "react";
import { useTranslation } from "react-i18next";
import type { ContentPart, Id } from "@/api/types";
import { errorText } from "@/app/error-text";
import { IconButton } from "@/ui/button";
import { Spinner } from "@/ui/spinner";
import { useAttachments, type PendingFile } from "./useAttachments";

export interface ComposerHandle {
  focus: () => void;
}

export function Composer({
  workspaceId,
  busy,
  stopping,
  blocked,
  disabled = false,
  onSend,
  onStop,
  ref,
}: {
  workspaceId: Id;
  /** An answer is being written: sending waits, stopping is offered. */
  busy: boolean;
  stopping: boolean;
  /** Why nothing can be sent now, if so. */
  blocked?: string;
  disabled?: boolean;
  /** Tells whether it was taken; else the text stays. */
  onSend: (content: ContentPart[]) => Promise<boolean>;
  onStop: () => void;
  ref?: Ref<ComposerHandle>;
}) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const area = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const attachments = useAttachments(workspaceId);
  useImperativeHandle(ref, () => ({ focus: () => area.current?.focus() }));

  // Sent as soon as the last upload has arrived.
  const [queued, setQueued] = useState(false);

  const empty = text.trim() === "" && attachments.parts.length === 0;
  const ready = !busy && !disabled && !blocked && (attachments.uploading || !empty);

  const send = async () => {
    if (!ready) return;
    setQueued(attachments.uploading);
    if (attachments.uploading) return;
    const said: ContentPart[] = text.trim() === "" ? [] : [{ type: "text", text: text.trim() }];
    if (!(await onSend([...attachments.parts, ...said]))) return;
    setText("");
    attachments.clear();
  };
  const uploaded = queued && !attachments.uploading;
  useEffect(() => {
    if (!uploaded) return;
    setQueued(false);
    if (!attachments.failed) void send();
    // eslint-disable-next-line react-hooks/exhaustive-deps -- once per completed upload
  }, [uploaded]);
  const onKeyDown = (event: KeyboardEvent) => {
    // Enter that ends the input of Han characters does not send.
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    void send();
  };

  return (
    <form
      className="rounded-xl border border-line-strong bg-surface transition-colors focus-within:border-accent focus-within:outline-2 focus-within:outline-ring/25"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        if (event.dataTransfer.files.length === 0) return;
        event.preventDefault();
        attachments.add(event.dataTransfer.files);
      }}
    >
      {attachments.files.length > 0 && (
        <ul className="flex flex-wrap gap-1.5 px-2.5 pt-2.5">
          {attachments.files.map((file) => (
            <PendingChip key={file.key} file={file} onRemove={() => attachments.remove(file.key)} />
          ))}
        </ul>
      )}
      <textarea
        ref={area}
        value={text}
        rows={1}
        disabled={disabled}
        aria-label={t("chat:composer.label")}
        placeholder={blocked ?? t("chat:composer.placeholder")}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKeyDown}
        onPaste={(event) => {
          if (event.clipboardData.files.length > 0) attachments.add(event.clipboardData.files);
        }}
        className="block field-sizing-content max-h-48 min-h-11 w-full resize-none bg-transparent px-3.5 pt-3 pb-1 leading-relaxed outline-none max-sm:text-base"
      />
      <div className="flex items-center gap-1 px-2 pb-2">
        <input
          ref={picker}
          type="file"
          multiple
          hidden
          onChange={(event) => {
            attachments.add(event.target.files ?? []);
            event.target.value = "";
          }}
        />
        <IconButton
          label={t("chat:composer.attach")}
          size="icon-sm"
          disabled={disabled}
          onClick={() => picker.current?.click()}
        >
          <Paperclip />
        </IconButton>
        <span className="flex-1" />
        {busy ? (
          <IconButton
            label={t("chat:composer.stop")}
            variant="secondary"
            busy={stopping}
            className="rounded-full"
            onClick={onStop}
          >
            {!stopping && <Square fill="currentColor" className="!size-3" />}
          </IconButton>
        ) : (
          <IconButton
            label={t("chat:composer.send")}
            type="submit"
            variant="primary"
            disabled={!ready}
            busy={queued}
            className="rounded-full"
          >
            {!queued && <ArrowUp />}
          </IconButton>
        )}
      </div>
    </form>
  );
}

function PendingChip({ file, onRemove }: { file: PendingFile; onRemove: () => void }) {
  const { t } = useTranslation();
  const waiting = file.fileId === undefined && file.error === undefined;
  return (
    <li
      className={`flex h-7 max-w-64 items-center gap-1.5 rounded-md border pl-2 text-xs ${file.error ? "border-danger text-danger-text" : "border-line bg-sunken"}`}
      title={file.error && errorText(file.error)}
    >
      {waiting ? <Spinner className="size-3" /> : <Paperclip className="size-3 shrink-0 text-faint" />}
      <span className="truncate">{file.error ? errorText(file.error) : file.name}</span>
      <IconButton
        label={t("chat:composer.detach", { name: file.name })}
        size="icon-sm"
        className="size-6"
        onClick={onRemove}
      >
        <X className="!size-3" />
      </IconButton>
    </li>
  );
}
