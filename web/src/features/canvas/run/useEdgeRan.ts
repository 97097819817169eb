/** Whether the run that is shown went this way. */
export function useEdgeRan(_from: string, _port: string, _to: string): boolean {
  return false;
}
