import { Outlet } from "react-router";
import { homePlaces } from "~/navigation";
import { Brand } from "./Brand";
import { Shell } from "./Shell";

/** The pages that belong to no workspace. */
export function PlainShell() {
  return (
    <Shell top={<Brand />} places={homePlaces()}>
      <Outlet />
    </Shell>
  );
}
