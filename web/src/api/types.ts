// The shapes of the API by name, and the types that let `request` follow a path through the document.

import type { components, paths } from "./schema";

export type Schemas = components["schemas"];
export type Problem = Schemas["Problem"];
export type ProblemCode = Schemas["ProblemCode"];
export type FieldProblem = Schemas["FieldProblem"];
export type Workspace = Schemas["Workspace"];
export type User = Schemas["User"];

export type Method = "get" | "post" | "put" | "patch" | "delete";

/** The paths that have a method. */
export type PathOf<M extends Method> = {
  [P in keyof paths]: paths[P][M] extends { responses: unknown } ? P : never;
}[keyof paths];

export type Operation<M extends Method, P extends PathOf<M>> = Exclude<paths[P][M], undefined>;

type InPath<O> = O extends { parameters: { path: infer T extends object } }
  ? { path: T }
  : { path?: undefined };
type InQuery<O> = O extends { parameters: { query: infer T extends object } }
  ? { query: T }
  : O extends { parameters: { query?: infer T } }
    ? { query?: T }
    : { query?: undefined };
type InBody<O> = O extends { requestBody: { content: { "application/json": infer T } } }
  ? { body: T }
  : O extends { requestBody?: { content: { "application/json": infer T } } }
    ? { body?: T }
    : { body?: undefined };

/** What an operation is given. */
export type Input<M extends Method, P extends PathOf<M>> = InPath<Operation<M, P>> &
  InQuery<Operation<M, P>> &
  InBody<Operation<M, P>>;

type Content<R> = R extends { content: { "application/json": infer T } } ? T : undefined;

/** What an operation answers when it goes well. */
export type Output<M extends Method, P extends PathOf<M>> =
  Operation<M, P> extends { responses: infer R }
    ? { [S in keyof R]: S extends 200 | 201 | 202 | 204 ? Content<R[S]> : never }[keyof R]
    : never;

/** A page of a list. */
export interface Page<T> {
  items: T[];
  next_cursor?: string | null;
}
