// The one table that turns problem codes into sentences. What the server says of this very case comes first; the
// table adds what a person at the console can do about it, and speaks where the server speaks to programs.

import { Refused, Unreachable } from "./error";
import type { Problem, ProblemCode } from "./types";

/** What happened, in words. */
export interface Said {
  title: string;
  detail: string | null;
  /** What the server's log knows it by. */
  requestId: string | null;
  /** Is it worth trying the same again? */
  again: boolean;
}

type Sentence = string | ((problem: Problem) => string);

const asTold: Sentence = (problem) => problem.detail ?? `${problem.title}.`;
const signInAgain = "Your session has ended. Sign in again.";
const lookAgain = "Somebody changed it meanwhile. Load it again and decide anew.";

const SENTENCES: Record<ProblemCode, Sentence> = {
  malformed_request: asTold,
  malformed_body: asTold,
  invalid_parameter: (problem) =>
    problem.errors?.map((one) => `${one.parameter ?? "A filter"} ${one.message}.`).join(" ") ||
    told(problem),
  workspace_required: "Choose a workspace first.",
  workspace_ambiguous: asTold,
  environment_required: "Choose an environment first.",
  unauthenticated: signInAgain,
  invalid_credential: signInAgain,
  credential_expired: signInAgain,
  credential_revoked: signInAgain,
  sign_in_failed: "The mail address or the password is wrong.",
  insufficient_credits: "There are not enough credits in this workspace. Nothing was charged.",
  cap_reached: "A spending cap is reached. Raise the cap, or wait until its period ends.",
  permission_denied: (problem) => {
    const roles = problem.roles?.join(", ");
    return roles ? `Your role may not do this; ${roles} may.` : told(problem);
  },
  credential_kind_denied: asTold,
  beyond_maker: asTold,
  address_denied: asTold,
  origin_denied:
    "The request came from another address than this server's own. Open the console there.",
  setup_code_required:
    "The first sign-up needs the set-up code that the server printed when it started.",
  sign_up_closed: "Sign-up is closed. Ask the operator of this instance for an account.",
  invitation_required: "Only people who were invited can sign up here.",
  environment_not_allowed: asTold,
  flow_not_allowed: asTold,
  workspace_suspended:
    "The operator of this instance has suspended the workspace. Nothing runs and nothing is charged.",
  not_found: "There is no such thing, or you have no access to it.",
  not_deployed: asTold,
  method_not_allowed: asTold,
  email_taken: "There is an account with this mail address already. Sign in instead.",
  slug_taken: (problem) =>
    problem.suggestion ? `This is taken. ${problem.suggestion} is free.` : "This is taken.",
  last_operator: asTold,
  limit_reached: asTold,
  name_taken: "Something else has this name.",
  permission_in_use: asTold,
  external_id_taken: asTold,
  hold_closed: asTold,
  already_refunded: asTold,
  key_ended: asTold,
  unchanged: "Nothing has changed since the latest version.",
  no_draft: asTold,
  environment_protected: asTold,
  cannot_deploy: asTold,
  idempotency_mismatch: asTold,
  idempotency_in_progress: "The same request is still under way. Wait a moment.",
  stale: lookAgain,
  version_conflict: "Somebody else saved in the meantime.",
  body_too_large: asTold,
  unsupported_media_type: asTold,
  invalid: "Some fields are not right yet.",
  invalid_definition: asTold,
  invalid_input: "The input does not fit what the flow asks for.",
  rate_limited: "Too many requests. Wait a moment.",
  overloaded: asTold,
  too_many_attempts: "Too many attempts. Wait a few minutes and try again.",
  flow_failed: asTold,
  run_interrupted: asTold,
  internal_error: "Something is broken on the server. Its log knows more under the request id.",
  unavailable: "The server is busy or its database is away. Try again in a moment.",
  timed_out: asTold,
  deadline_exceeded: "The server took too long to answer.",
};

function told(problem: Problem): string {
  return problem.detail ?? `${problem.title}.`;
}

/** One sentence for a person. */
export function sentence(error: unknown): string {
  if (error instanceof Unreachable) return "The server cannot be reached.";
  if (!(error instanceof Refused)) return "Something went wrong in this page.";
  const found: Sentence | undefined = SENTENCES[error.code];
  // A newer server may know codes that we do not.
  if (found === undefined) return told(error.problem);
  return typeof found === "string" ? found : found(error.problem);
}

/** All that is said of an error. */
export function say(error: unknown): Said {
  if (!(error instanceof Refused)) {
    return { title: sentence(error), detail: null, requestId: null, again: true };
  }
  const title = sentence(error);
  const told = error.problem.detail ?? null;
  return {
    title,
    detail: told !== null && told !== title && error.status >= 500 ? told : null,
    requestId: error.requestId,
    again: error.status >= 500 || error.status === 429,
  };
}

/** A message of the API completes a sentence; beside a field it stands alone. */
export function capitalized(message: string): string {
  const text = message.charAt(0).toUpperCase() + message.slice(1);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
