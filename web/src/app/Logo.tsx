import { cn } from "@/ui/cn";

/** The mark: an arch with its ember. */
export function Logo({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" aria-hidden="true" className={cn("size-7", className)}>
      <rect width="32" height="32" rx="8" className="fill-[#0f6b6b]" />
      <path d="M8 25V15.5a8 8 0 0 1 16 0V25h-4.2v-9.3a3.8 3.8 0 0 0-7.6 0V25Z" fill="#fff" />
      <circle cx="16" cy="22.6" r="2.4" fill="#ffb26b" />
    </svg>
  );
}
