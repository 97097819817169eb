/** Pictures and files of a message. */
import { useQuery } from "@tanstack/react-query";
import { Paperclip } from "lucide-react";
import { useTranslation } from "react-i18next";
import { apiUrl, path } from "@/api/client";
import type { ContentPart, Id } from "@/api/types";
import { fileQuery } from "./queries";

const contentUrl = (fileId: Id) => apiUrl(path("files", fileId, "content"));

export function Attachments({ parts }: { parts: readonly ContentPart[] }) {
  const files = parts.filter((part) => part.type !== "text");
  if (files.length === 0) return null;
  return (
    <ul className="flex flex-wrap gap-2">
      {files.map((part, at) => (
        <li key={part.file_id ?? part.url ?? at}>
          <Attachment part={part} />
        </li>
      ))}
    </ul>
  );
}

function Attachment({ part }: { part: Exclude<ContentPart, { type: "text" }> }) {
  const { t } = useTranslation();
  const file = useQuery({ ...fileQuery(part.file_id ?? ""), enabled: part.file_id !== undefined });
  const name = file.data?.name ?? part.url ?? t("chat:attachment");
  const href = part.file_id === undefined ? part.url : contentUrl(part.file_id);
  if (part.type === "image" && part.file_id !== undefined)
    return (
      <a href={href} target="_blank" rel="noreferrer">
        <img
          src={contentUrl(part.file_id)}
          alt={name}
          className="max-h-40 max-w-full rounded-lg border border-line bg-sunken object-contain"
        />
      </a>
    );
  return (
    <a
      href={href}
      target="_blank"
      rel="noreferrer noopener"
      className="flex max-w-64 items-center gap-1.5 rounded-md border border-line bg-surface px-2.5 py-1.5 text-[13px] hover:bg-hover"
    >
      <Paperclip aria-hidden="true" className="size-3.5 shrink-0 text-faint" />
      <span className="truncate">{name}</span>
    </a>
  );
}
