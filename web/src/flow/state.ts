import type { Schemas } from "~/api/types";
import type { Tone } from "~/ui/Badge";

type Flow = Schemas["Flow"];

/** Where a flow stands, in a word. */
export function stateOf(flow: Flow): { word: string; tone: Tone; about: string } {
  if (flow.live.length === 0) {
    return flow.latest_version === null
      ? { word: "Draft", tone: "quiet", about: "No version has been saved yet." }
      : { word: "Not live", tone: "quiet", about: "It has versions, and none of them is live." };
  }
  const newestIsLive = flow.live.some((place) => place.version === flow.latest_version);
  if (flow.draft !== null) {
    return { word: "Changes pending", tone: "warn", about: "The draft differs from what is live." };
  }
  if (!newestIsLive) {
    return { word: "Changes pending", tone: "warn", about: "The newest version is not live yet." };
  }
  return { word: "Live", tone: "good", about: "The newest version is live." };
}
