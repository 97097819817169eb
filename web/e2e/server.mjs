/** A server of one's own: started on a fresh folder, killed in the middle, started again on the same data. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSync } from "node:fs";

const listening = () =>
  new Promise((resolve) => {
    const socket = createServer().listen(0, "127.0.0.1", () => resolve(socket));
  });

/** Ports that were free a moment ago; asked for together, so that they differ. */
async function freePorts(count) {
  const sockets = await Promise.all(Array.from({ length: count }, listening));
  const ports = sockets.map((socket) => socket.address().port);
  await Promise.all(sockets.map((socket) => new Promise((done) => socket.close(done))));
  return ports;
}

export async function ownServer(binary) {
  const folder = await mkdtemp(join(tmpdir(), "hearth-e2e."));
  const [port, ops] = await freePorts(2);
  const base = `http://127.0.0.1:${port}`;
  const log = join(folder, "log");
  let running;
  const server = {
    base,
    async start() {
      const out = openSync(log, "a");
      // From its own folder, so that no settings of the repository are read.
      running = spawn(binary, ["serve"], {
        cwd: folder,
        stdio: ["ignore", out, out],
        env: { PATH: process.env.PATH, LISTEN_ADDR: `127.0.0.1:${port}`, HEARTH_OPS_ADDR: `127.0.0.1:${ops}`, HEARTH_DATA_DIR: join(folder, "data") },
      });
      for (let tries = 0; tries < 300; tries++) {
        assert.equal(running.exitCode, null, `the server ended: ${await readFile(log, "utf8")}`);
        const ready = await fetch(`${base}/ready`).then(({ ok }) => ok, () => false);
        if (ready) return;
        await new Promise((done) => setTimeout(done, 100));
      }
      throw new Error(`nothing answers at ${base}: ${await readFile(log, "utf8")}`);
    },
    /** As a power cut would: without a word. */
    async kill() {
      const ended = once(running, "exit");
      running.kill("SIGKILL");
      await ended;
    },
    /** Stands still, and takes connections all the same. */
    freeze: () => running.kill("SIGSTOP"),
    async remove() {
      if (running && running.exitCode === null && running.signalCode === null) await server.kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return server;
}
