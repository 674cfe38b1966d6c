import { paths } from "~/paths";

/** The parts of the page. */
export const tabs = (ws: string) => [
  { label: "Summary", to: paths.usage(ws) },
  { label: "Calls", to: paths.usageEvents(ws) },
];
