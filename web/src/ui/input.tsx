import { ChevronDown, Search } from "lucide-react";
import type { ComponentProps } from "react";
import { cn } from "./cn";

const control =
  "w-full rounded-md border border-line-strong bg-surface text-sm text-text transition-colors hover:border-faint focus-visible:border-accent focus-visible:outline-2 focus-visible:outline-offset-0 focus-visible:outline-ring/35 disabled:cursor-not-allowed disabled:bg-sunken disabled:text-faint aria-invalid:border-danger";

export function Input({ className, ...props }: ComponentProps<"input">) {
  return <input className={cn(control, "h-8 px-2.5 max-sm:text-base", className)} {...props} />;
}

export function Textarea({ className, ...props }: ComponentProps<"textarea">) {
  return (
    <textarea
      rows={3}
      className={cn(control, "min-h-16 px-2.5 py-1.5 leading-relaxed max-sm:text-base", className)}
      {...props}
    />
  );
}

/** The browser's own select: keyboard, phone picker and screen reader for free. */
export function NativeSelect({ className, children, ...props }: ComponentProps<"select">) {
  return (
    <span className={cn("relative block", className)}>
      <select className={cn(control, "h-8 appearance-none pr-8 pl-2.5")} {...props}>
        {children}
      </select>
      <ChevronDown
        aria-hidden="true"
        className="pointer-events-none absolute top-2 right-2.5 size-4 text-faint"
      />
    </span>
  );
}

export function SearchInput({ className, ...props }: ComponentProps<"input">) {
  return (
    <span className={cn("relative block", className)}>
      <Search
        aria-hidden="true"
        className="pointer-events-none absolute top-2 left-2.5 size-4 text-faint"
      />
      <Input type="search" className="pl-8" {...props} />
    </span>
  );
}
