import type { FieldProblem, Problem, ProblemCode } from "./types";

/** The server said no. */
export class Refused extends Error {
  override readonly name = "Refused";

  constructor(
    readonly problem: Problem,
    /** When asking again makes sense, in seconds. */
    readonly retryAfter: number | null,
    /** Of the answer: a call that fails also says which run it was and what it cost. */
    readonly headers: Headers = new Headers(),
  ) {
    super(problem.detail ?? problem.title);
  }

  get code(): ProblemCode {
    return this.problem.code;
  }

  get status(): number {
    return this.problem.status;
  }

  get requestId(): string {
    return this.problem.instance;
  }

  get fields(): FieldProblem[] {
    return this.problem.errors ?? [];
  }
}

/** There was no answer of ours: the network, the server or something between is away. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";

  constructor(cause?: unknown) {
    super("The server cannot be reached.", { cause });
  }
}

export function isRefused(error: unknown, ...codes: ProblemCode[]): error is Refused {
  return error instanceof Refused && (codes.length === 0 || codes.includes(error.code));
}

/** Is the person no longer signed in? A wrong password is something else. */
export function isSignedOut(error: unknown): boolean {
  return error instanceof Refused && error.status === 401 && error.code !== "sign_in_failed";
}
