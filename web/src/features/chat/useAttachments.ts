import { useState } from "react";
import { toApiError, type ApiError } from "@/api/errors";
import type { ContentPart, Id } from "@/api/types";
import { uploadFile } from "./queries";

export interface PendingFile {
  key: number;
  name: string;
  image: boolean;
  fileId: Id | undefined;
  error: ApiError | undefined;
}

let keys = 0;

/** Files that go with the next question: uploaded as soon as they are chosen. */
export function useAttachments(workspaceId: Id) {
  const [files, setFiles] = useState<PendingFile[]>([]);
  const change = (key: number, part: Partial<PendingFile>) =>
    setFiles((items) => items.map((item) => (item.key === key ? { ...item, ...part } : item)));

  const add = (chosen: Iterable<File>) => {
    for (const file of chosen) {
      const key = ++keys;
      const image = file.type.startsWith("image/");
      setFiles((items) => [
        ...items,
        { key, name: file.name, image, fileId: undefined, error: undefined },
      ]);
      uploadFile(workspaceId, file).then(
        ({ id }) => change(key, { fileId: id }),
        (thrown: unknown) => change(key, { error: toApiError(thrown) }),
      );
    }
  };

  const parts: ContentPart[] = files.flatMap(({ image, fileId }) =>
    fileId === undefined ? [] : [{ type: image ? "image" : "file", file_id: fileId } as const],
  );
  return {
    files,
    parts,
    add,
    remove: (key: number) => setFiles((items) => items.filter((item) => item.key !== key)),
    clear: () => setFiles([]),
    failed: files.some(({ error }) => error !== undefined),
    /** Uploads that have neither arrived nor failed. */
    uploading: files.some(({ fileId, error }) => fileId === undefined && error === undefined),
  };
}
