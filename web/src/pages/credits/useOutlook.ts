import { queryOptions, useQuery } from "@tanstack/react-query";
import { request } from "~/api/client";
import { LIVE_MS, read } from "~/api/queries";
import { type Here, useWorkspace } from "~/components/workspace";
import { addDays, dayOf, startOfDay } from "../usage/range";
import { dailyRate, type Grant, outlook } from "./credits";

const PAGES_MAX = 10;
const RATE_DAYS = 7;

/** All grants, because their order is one over all of them; `isCut` when there are more than are read. */
const allGrants = (workspace: string) =>
  queryOptions({
    queryKey: ["/v1/credits/grants", workspace, "all"],
    queryFn: async ({ signal }) => {
      const items: Grant[] = [];
      let cursor: string | null = null;
      for (let page = 0; page < PAGES_MAX; page += 1) {
        const query: { limit: number; cursor?: string } = {
          limit: 200,
          ...(cursor ? { cursor } : {}),
        };
        const answer: { items: Grant[]; next_cursor: string | null } = await request(
          "get",
          "/v1/credits/grants",
          { workspace, query, signal },
        );
        items.push(...answer.items);
        cursor = answer.next_cursor;
        if (!cursor) break;
      }
      return { items, isCut: cursor !== null };
    },
  });

/** What the outlook is made of. */
export function outlookQueries({ ws, workspace, may }: Here, now: number) {
  const zone = workspace.time_zone;
  const from = new Date(startOfDay(zone, addDays(dayOf(zone, now), 1 - RATE_DAYS))).toISOString();
  const week = { workspace: ws, query: { group_by: "day", from } };
  return {
    credits: { ...read("/v1/credits", { workspace: ws }), enabled: may("credits:read") },
    grants: allGrants(ws),
    week: { ...read("/v1/usage/summary", week), enabled: may("usage:read") },
  };
}

/** What is left, what a day costs, and how long it lasts. */
export function useOutlook() {
  const here = useWorkspace();
  const zone = here.workspace.time_zone;
  const now = Date.now();
  const queries = outlookQueries(here, now);
  const live = { refetchInterval: LIVE_MS.slow };
  const credits = useQuery({ ...queries.credits, ...live });
  const grants = useQuery({ ...queries.grants, ...live });
  const week = useQuery({ ...queries.week, ...live });
  const rate = week.data && dailyRate(week.data.items, dayOf(zone, now));
  return {
    zone,
    now,
    credits,
    grants,
    rate,
    outlook:
      grants.data && rate !== undefined ? outlook(grants.data.items, rate, zone, now) : undefined,
    error: credits.error ?? grants.error ?? week.error,
    retry: () => void Promise.all([credits.refetch(), grants.refetch(), week.refetch()]),
  };
}
