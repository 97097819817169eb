/** Starting and stopping runs, in the top bar. */
export function RunBar() {
  return null;
}
