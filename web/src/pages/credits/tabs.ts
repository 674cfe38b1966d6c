import { paths } from "~/paths";

/** The parts of the page. */
export const tabs = (ws: string) => [
  { label: "Balance", to: paths.credits(ws) },
  { label: "Ledger", to: paths.ledger(ws) },
  { label: "Caps", to: paths.caps(ws) },
];
