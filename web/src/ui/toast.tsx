/** Short messages at the edge of the screen. `toast()` works from anywhere. */
import { CircleCheck, TriangleAlert, X } from "lucide-react";
import { useSyncExternalStore } from "react";
import { IconButton } from "./button";

export interface ToastInput {
  title: string;
  detail?: string;
  tone?: "success" | "danger";
}
type Toast = ToastInput & { id: number };

let toasts: readonly Toast[] = [];
let nextId = 1;
const listeners = new Set<() => void>();

function set(next: readonly Toast[]) {
  toasts = next;
  listeners.forEach((listener) => listener());
}
const dismiss = (id: number) => set(toasts.filter((toast) => toast.id !== id));

export function toast(input: ToastInput): void {
  const id = nextId++;
  set([...toasts.slice(-3), { ...input, id }]);
  // A failure stays longer: it has to be read, and its log id copied.
  setTimeout(() => dismiss(id), input.tone === "danger" ? 12_000 : 4_000);
}

export function Toaster({ label, closeLabel }: { label: string; closeLabel: string }) {
  const current = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => toasts,
  );
  return (
    <section
      aria-label={label}
      aria-live="polite"
      className="pointer-events-none fixed right-4 bottom-4 z-[60] flex w-[min(360px,calc(100vw-32px))] flex-col gap-2"
    >
      {current.map((item) => (
        <div
          key={item.id}
          role={item.tone === "danger" ? "alert" : "status"}
          className="pointer-events-auto flex animate-in items-start gap-2.5 rounded-lg border border-line bg-raised py-2.5 pr-2 pl-3 text-[13px] shadow-popover"
        >
          {item.tone === "danger" ? (
            <TriangleAlert className="mt-0.5 size-4 shrink-0 text-danger-text" />
          ) : (
            <CircleCheck className="mt-0.5 size-4 shrink-0 text-success-text" />
          )}
          <div className="min-w-0 flex-1">
            <p className="font-medium break-words">{item.title}</p>
            {item.detail && <p className="text-xs leading-5 break-words text-soft">{item.detail}</p>}
          </div>
          <IconButton label={closeLabel} size="icon-sm" className="-my-1" onClick={() => dismiss(item.id)}>
            <X />
          </IconButton>
        </div>
      ))}
    </section>
  );
}
