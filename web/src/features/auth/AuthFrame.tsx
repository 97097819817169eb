import type { ReactNode } from "react";
import { Logo } from "@/app/Logo";
import { useTitle } from "@/app/Page";
import { PreferenceBar } from "@/app/preferences";

/** The quiet page around sign-in, sign-up, invitations and consent. */
export function AuthFrame({
  title,
  description,
  children,
  footer,
}: {
  title: string;
  description?: ReactNode;
  children: ReactNode;
  footer?: ReactNode;
}) {
  useTitle(title);
  return (
    <div className="flex min-h-dvh flex-col bg-canvas">
      <div className="flex justify-end p-3">
        <PreferenceBar />
      </div>
      <main className="flex flex-1 flex-col items-center px-4 pt-[8vh] pb-16">
        <div className="w-full max-w-90">
          <Logo className="size-9" />
          <h1 className="mt-5 text-xl font-semibold tracking-tight">{title}</h1>
          {description && <p className="mt-1 text-soft">{description}</p>}
          <div className="mt-6">{children}</div>
          {footer && <div className="mt-6 text-[13px] text-soft">{footer}</div>}
        </div>
      </main>
    </div>
  );
}
