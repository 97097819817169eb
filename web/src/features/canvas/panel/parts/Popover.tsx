import { Popover as Radix } from "radix-ui";
import type { ComponentProps } from "react";
import { cn } from "@/ui/cn";

export const Popover = Radix.Root;
export const PopoverTrigger = Radix.Trigger;
export const PopoverAnchor = Radix.Anchor;

export function PopoverContent({ className, ...props }: ComponentProps<typeof Radix.Content>) {
  return (
    <Radix.Portal>
      <Radix.Content
        sideOffset={4}
        collisionPadding={8}
        className={cn(
          "z-50 w-[min(360px,calc(100vw-16px))] animate-in rounded-lg border border-line bg-raised text-text shadow-popover outline-none",
          className,
        )}
        {...props}
      />
    </Radix.Portal>
  );
}
