/** The run that is shown, below the canvas. */
export function RunDock() {
  return null;
}
