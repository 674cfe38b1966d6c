import { useQuery } from "@tanstack/react-query";
import { read } from "~/api/queries";

/** Who is signed in. */
export function useMe() {
  return useQuery({ ...read("/v1/me"), staleTime: 60_000 });
}

/** The workspaces of whoever is signed in; the first two hundred. */
export function useMyWorkspaces() {
  return useQuery({ ...read("/v1/me/workspaces", { query: { limit: 200 } }), staleTime: 30_000 });
}

const LAST = "guildhall.workspace";

/** The workspace that was open last on this device. */
export function lastWorkspace(): string | null {
  return window.localStorage.getItem(LAST);
}

export function rememberWorkspace(slug: string | null) {
  if (slug) window.localStorage.setItem(LAST, slug);
  else window.localStorage.removeItem(LAST);
}
