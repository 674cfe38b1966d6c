import { Notifications } from "@mantine/notifications";

/** Where it is said for a moment what was done. */
export function Notices() {
  return <Notifications position="bottom-right" autoClose={4_000} />;
}
