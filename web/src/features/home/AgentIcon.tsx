import { Avatar } from "@/ui/avatar";

/** The agent's emoji; without one, the first letter of its name. */
export function AgentIcon({ agent }: { agent: { name: string; icon: string } }) {
  const emoji = /\p{Extended_Pictographic}/u.test(agent.icon);
  if (!emoji) return <Avatar name={agent.name} square className="size-7" />;
  return (
    <span
      aria-hidden="true"
      className="flex size-7 shrink-0 items-center justify-center rounded-md bg-hover text-base"
    >
      {agent.icon}
    </span>
  );
}
