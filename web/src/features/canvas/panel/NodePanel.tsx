/** The settings of one node. */
export function NodePanel({ id }: { id: string }) {
  return <div data-panel={id} />;
}
