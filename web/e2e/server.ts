import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const BINARY =
  process.env.GUILDHALL_BINARY ?? new URL("../../target/debug/guildhall", import.meta.url).pathname;
const START_MS = 60_000;
/** Without what is meant for the tests: the server refuses settings that it does not know. */
const SURROUNDINGS = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith("GUILDHALL_")),
);

/** The real binary on a scratch folder and a free port. */
export class Server {
  #process: ChildProcess | undefined;

  private constructor(
    readonly url: string,
    private readonly port: number,
    private readonly data: string,
  ) {}

  static async start(): Promise<Server> {
    const port = await freePort();
    const data = await mkdtemp(join(tmpdir(), "guildhall-e2e-"));
    const server = new Server(`http://127.0.0.1:${port}`, port, data);
    await server.up();
    return server;
  }

  /** Starts it, or starts it again, on the same data and port. */
  async up() {
    const child = spawn(
      BINARY,
      ["serve", "--listen", `127.0.0.1:${this.port}`, "--data", this.data],
      {
        stdio: ["ignore", "pipe", "pipe"],
        env: SURROUNDINGS,
      },
    );
    this.#process = child;
    const log: string[] = [];
    child.stderr.on("data", (text) => log.push(String(text)));
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`${BINARY} does not start:\n${log.join("")}`)),
        START_MS,
      );
      child.once("error", reject);
      child.once("exit", () => reject(new Error(`${BINARY} ended:\n${log.join("")}`)));
      createInterface(child.stdout).on("line", (line) => {
        if (!line.includes("listening on")) return;
        clearTimeout(timer);
        resolve();
      });
    });
  }

  /** Ends it; what it stored stays. */
  async down() {
    const child = this.#process;
    if (!child || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    await ended;
  }

  async remove() {
    await this.down();
    await rm(this.data, { recursive: true, force: true });
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const listener = createServer();
    listener.once("error", reject);
    listener.listen(0, "127.0.0.1", () => {
      const address = listener.address();
      listener.close(() =>
        address && typeof address === "object" ? resolve(address.port) : reject(),
      );
    });
  });
}
