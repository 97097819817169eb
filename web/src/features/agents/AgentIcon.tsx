import { apiUrl, path } from "@/api/client";
import { Avatar } from "@/ui/avatar";
import { cn } from "@/ui/cn";

/** An agent's picture: an emoji, an uploaded file, or its first letter. */
export function AgentIcon({
  agent,
  className,
}: {
  agent: { name: string; icon: string };
  className?: string;
}) {
  const box = cn("size-9 rounded-lg text-lg", className);
  if (/^\d{6,}$/.test(agent.icon))
    return (
      <img
        src={apiUrl(path("files", agent.icon, "content"))}
        alt=""
        className={cn(box, "shrink-0 object-cover")}
      />
    );
  if (agent.icon === "") return <Avatar name={agent.name} square className={box} />;
  return (
    <span
      aria-hidden="true"
      className={cn("flex shrink-0 items-center justify-center bg-hover leading-none select-none", box)}
    >
      {agent.icon}
    </span>
  );
}
