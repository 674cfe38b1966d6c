// What the build puts in the place of Vite's own helper (vite.config.ts): every `import()` of a part comes through here.

/** The name by which Vite's output calls it. */
export { arrive as __vitePreload };

/** Files that came or are on their way, by their path. */
const arrivals = new Map<string, Promise<unknown>>();

/**
 * Imports a part once all of its files, paths from the root, are here. A browser never asks again for a module that it
 * once failed to import, as the HTML standard wants it; so nothing is imported before it was fetched, and who tries
 * again after a failure gets another answer. What was fetched is imported from the browser's cache.
 */
async function arrive<T>(load: () => Promise<T>, files: string[] = []): Promise<T> {
  await Promise.all(files.map(arrival));
  return load();
}

function arrival(file: string): Promise<unknown> {
  const known = arrivals.get(file);
  if (known) return known;
  const href = `/${file}`;
  const coming = file.endsWith(".css") ? styled(href) : fetched(href);
  arrivals.set(file, coming);
  coming.catch(() => arrivals.delete(file));
  return coming;
}

async function fetched(href: string): Promise<void> {
  const answer = await fetch(href);
  if (!answer.ok) throw new Error(`${href} was answered with ${answer.status}`);
  await answer.blob();
}

async function styled(href: string): Promise<void> {
  if (document.querySelector(`link[rel="stylesheet"][href="${href}"]`)) return;
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.crossOrigin = "";
  link.href = href;
  await new Promise<void>((resolve, reject) => {
    link.onload = () => resolve();
    link.onerror = () => {
      link.remove();
      reject(new Error(`${href} did not come`));
    };
    document.head.append(link);
  });
}
