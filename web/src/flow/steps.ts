/** What is needed of a step to nest it. */
export interface StepLike {
  pointer: string;
}

/** A step with how deep it stands. */
export interface Nested<S> {
  step: S;
  depth: number;
}

/**
 * Steps as they are read from top to bottom: a task before what it did inside. The API lists them in the order in
 * which they ended, so that what is inside of a task stands right before it.
 */
export function nestSteps<S extends StepLike>(steps: S[]): Nested<S>[] {
  interface Tree {
    step: S;
    inner: Tree[];
  }
  const open: Tree[] = [];
  for (const step of steps) {
    let first = open.length;
    while (first > 0 && open[first - 1]?.step.pointer.startsWith(`${step.pointer}/`)) first -= 1;
    open.push({ step, inner: open.splice(first) });
  }
  const flat: Nested<S>[] = [];
  const walk = (trees: Tree[], depth: number) => {
    for (const { step, inner } of trees) {
      flat.push({ step, depth });
      walk(inner, depth + 1);
    }
  };
  walk(open, 0);
  return flat;
}
