/**
 * Text of a model as Markdown. A chunk of its own. Raw HTML is not rendered, what
 * comes out is sanitised, and pictures from elsewhere become links: loading them
 * would tell a stranger's server what was said.
 */
import { memo, type ComponentProps, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import ReactMarkdown, { type Components } from "react-markdown";
import rehypeSanitize from "rehype-sanitize";
import remarkGfm from "remark-gfm";
import { CopyButton } from "@/ui/copy";

function plain(node: ReactNode): string {
  if (typeof node === "string" || typeof node === "number") return String(node);
  if (Array.isArray(node)) return node.map(plain).join("");
  if (typeof node === "object" && node !== null && "props" in node)
    return plain((node.props as { children?: ReactNode }).children);
  return "";
}

function languageOf(node: ReactNode): string {
  const child = Array.isArray(node) ? node[0] : node;
  if (typeof child !== "object" || child === null || !("props" in child)) return "";
  const { className } = child.props as { className?: string };
  return /language-([\w+#.-]+)/.exec(className ?? "")?.[1] ?? "";
}

function CodeBlock({ children }: { children?: ReactNode }) {
  const { t } = useTranslation();
  return (
    <div className="my-3 overflow-hidden rounded-lg border border-line bg-sunken">
      <div className="flex h-8 items-center justify-between border-b border-line pr-1 pl-3 text-xs text-faint">
        <span className="font-mono">{languageOf(children)}</span>
        <CopyButton
          iconOnly
          text={plain(children).replace(/\n$/, "")}
          label={t("common:action.copy")}
          doneLabel={t("common:action.copied")}
        />
      </div>
      <pre className="overflow-x-auto px-3 py-2.5 font-mono text-[13px] leading-5">{children}</pre>
    </div>
  );
}

function Anchor({ href, children }: ComponentProps<"a">) {
  return (
    <a
      href={href}
      target="_blank"
      rel="noreferrer noopener"
      className="text-accent-text underline underline-offset-3 break-words"
    >
      {children}
    </a>
  );
}

function Picture({ src, alt }: ComponentProps<"img">) {
  const address = typeof src === "string" ? src : "";
  if (address.startsWith("/api/v1/files/"))
    return <img src={address} alt={alt ?? ""} className="my-2 max-h-96 rounded-lg" />;
  return <Anchor href={address}>{alt || address}</Anchor>;
}

const components: Components = {
  pre: CodeBlock,
  a: Anchor,
  img: Picture,
  table: ({ children }) => (
    <div className="my-3 overflow-x-auto rounded-lg border border-line">
      <table className="w-full border-collapse text-[13px] [&_td]:border-t [&_td]:px-3 [&_td]:py-1.5 [&_th]:bg-sunken [&_th]:px-3 [&_th]:py-1.5 [&_th]:text-left [&_th]:font-medium">
        {children}
      </table>
    </div>
  ),
};

const prose =
  "leading-relaxed break-words [&>:first-child]:mt-0 [&>:last-child]:mb-0 [&_p]:my-2.5 [&_ul]:my-2.5 [&_ul]:list-disc [&_ul]:pl-5 [&_ol]:my-2.5 [&_ol]:list-decimal [&_ol]:pl-6 [&_li]:my-1 [&_li]:marker:text-faint [&_h1]:mt-5 [&_h1]:mb-2 [&_h1]:text-lg [&_h1]:font-semibold [&_h2]:mt-5 [&_h2]:mb-2 [&_h2]:text-base [&_h2]:font-semibold [&_h3]:mt-4 [&_h3]:mb-1.5 [&_h3]:font-semibold [&_blockquote]:my-2.5 [&_blockquote]:border-l-2 [&_blockquote]:pl-3 [&_blockquote]:text-soft [&_hr]:my-4 [&_:not(pre)>code]:rounded [&_:not(pre)>code]:bg-hover [&_:not(pre)>code]:px-1 [&_:not(pre)>code]:py-0.5 [&_:not(pre)>code]:font-mono [&_:not(pre)>code]:text-[0.9em]";

export default memo(function Markdown({ text }: { text: string }) {
  return (
    <div className={prose}>
      <ReactMarkdown
        remarkPlugins={[remarkGfm]}
        rehypePlugins={[rehypeSanitize]}
        components={components}
        skipHtml
      >
        {text}
      </ReactMarkdown>
    </div>
  );
});
