// Prices: their kinds in words, and what a form of one holds.

import type { Schemas } from "~/api/types";
import { formatCredits } from "~/ui/credits";
import { numberOf } from "~/ui/numbers";

export type Price = Schemas["Price"];

export const KINDS: { value: Schemas["PriceKind"]; label: string; subject: string }[] = [
  { value: "resource", label: "Resource of your API", subject: "companies:search" },
  { value: "step", label: "Flow task", subject: "call" },
  { value: "unit", label: "Unit that tasks declare", subject: "tokens" },
];

export const kindName = (kind: string) => KINDS.find(({ value }) => value === kind)?.label ?? kind;

export const exampleOf = (kind: string) => KINDS.find(({ value }) => value === kind)?.subject ?? "";

export type PriceValues = {
  kind: Schemas["PriceKind"];
  subject: string;
  credits: string;
  per: string;
};

export const NEW_PRICE: PriceValues = { kind: "resource", subject: "", credits: "", per: "1" };

export const fromPrice = ({ kind, subject, credits, per }: Price): PriceValues => ({
  kind,
  subject,
  credits,
  per: per.toString(),
});

export const toPrice = ({ kind, subject, credits, per }: PriceValues): Schemas["PriceSet"] => ({
  kind,
  subject: subject.trim(),
  credits: credits.trim(),
  per: numberOf(per) ?? 1,
});

/** "0.5 credits per 1,000". */
export function inWords({ credits, per }: Pick<Price, "credits" | "per">): string {
  const amount = `${formatCredits(credits)} ${credits === "1" ? "credit" : "credits"}`;
  return per === 1 ? `${amount} each` : `${amount} per ${per.toLocaleString("en")}`;
}
