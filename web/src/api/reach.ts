// Whether the server can be reached. While it cannot, it is asked every two seconds whether it is back.

const ASK_EVERY_MS = 2_000;

type Listener = () => void;

class Reach {
  #isLost = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #listeners = new Set<Listener>();
  /** Called when it is there again. */
  onBack: Listener = () => {};

  readonly subscribe = (listener: Listener) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly isLost = () => this.#isLost;

  lost() {
    if (this.#isLost) return;
    this.#change(true);
    this.#ask();
  }

  found() {
    if (!this.#isLost) return;
    clearTimeout(this.#timer);
    this.#change(false);
    this.onBack();
  }

  #change(isLost: boolean) {
    this.#isLost = isLost;
    for (const listener of this.#listeners) listener();
  }

  #ask() {
    this.#timer = setTimeout(async () => {
      const isThere = await fetch("/readyz", { cache: "no-store" }).then(
        (response) => response.ok,
        () => false,
      );
      if (!this.#isLost) return;
      if (isThere) this.found();
      else this.#ask();
    }, ASK_EVERY_MS);
  }
}

export const reach = new Reach();
