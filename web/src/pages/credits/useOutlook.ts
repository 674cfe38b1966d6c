import { useQuery } from "@tanstack/react-query";
import { useParams } from "react-router";
import { request } from "~/api/client";
import { LIVE_MS, useRead } from "~/api/queries";
import { useWorkspace } from "~/components/workspace";
import { addDays, dayOf, startOfDay } from "../usage/range";
import { dailyRate, type Grant, outlook } from "./credits";

const PAGES_MAX = 10;
const RATE_DAYS = 7;

/** All grants, because their order is one over all of them; `isCut` when there are more than are read. */
export function useGrants() {
  const { workspace } = useParams();
  return useQuery({
    queryKey: ["/v1/credits/grants", workspace ?? null, "all"],
    refetchInterval: LIVE_MS.slow,
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
}

/** What is left, what a day costs, and how long it lasts. */
export function useOutlook() {
  const { workspace, may } = useWorkspace();
  const zone = workspace.time_zone;
  const now = Date.now();
  const today = dayOf(zone, now);
  const from = new Date(startOfDay(zone, addDays(today, 1 - RATE_DAYS))).toISOString();
  const credits = useRead("/v1/credits", {}, { live: LIVE_MS.slow, enabled: may("credits:read") });
  const grants = useGrants();
  const week = useRead(
    "/v1/usage/summary",
    { query: { group_by: "day", from } },
    { live: LIVE_MS.slow, enabled: may("usage:read") },
  );
  const rate = week.data && dailyRate(week.data.items, today);
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
