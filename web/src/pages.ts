// The pages that there are, by their file below `pages/`. A page that nobody has made has no route and no link.

import type { RouteObject, ShouldRevalidateFunctionArgs } from "react-router";

/** What a page's file exports. */
interface PageModule {
  Component: React.ComponentType;
  loader?: RouteObject["loader"];
  ErrorBoundary?: React.ComponentType;
}

const modules = import.meta.glob<PageModule>("./pages/**/*{Page,Layout}.tsx");

/** Is the page made? */
export function isMade(page: string): boolean {
  return `./pages/${page}.tsx` in modules;
}

/** A route for a page, if it is made. Its script is loaded when it is first opened. */
export function page(
  path: string | null,
  name: string,
  children?: (RouteObject | null)[],
): RouteObject | null {
  const load = modules[`./pages/${name}.tsx`];
  if (!load) return null;
  const lazy = async () => {
    const { Component, loader, ErrorBoundary } = await load();
    return {
      Component,
      ...(loader ? { loader } : {}),
      ...(ErrorBoundary ? { ErrorBoundary } : {}),
    };
  };
  if (path === null) return { index: true, lazy, shouldRevalidate };
  return {
    path,
    lazy,
    shouldRevalidate,
    ...(children ? { children: made(children) } : {}),
  };
}

/** Another filter is read by the page itself, which shows what it has until then; the address need not wait. */
function shouldRevalidate(to: ShouldRevalidateFunctionArgs): boolean {
  return to.defaultShouldRevalidate && to.currentUrl.search === to.nextUrl.search;
}

export function made(routes: (RouteObject | null)[]): RouteObject[] {
  return routes.filter((route) => route !== null);
}
