/** Local servers for the tests of `io`: real sockets on loopback, closed after each test. */
import { createServer, type RequestListener } from "node:http";
import { createServer as createTcpServer, type Server } from "node:net";
import { onTestFinished } from "vitest";
import { Unavailable, type Gap } from "../../src/core/gap.ts";
import { instant } from "../../src/core/time.ts";
import type { HttpAnswer, HttpRequest } from "../../src/ports.ts";

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return `127.0.0.1:${address.port}`;
}

/** `host:port` of an HTTP server. */
export async function serving(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return listening(server);
}

/** `host:port` of a server that sends these bytes after the first it hears, and hangs up. */
export async function sending(...parts: readonly (string | Uint8Array)[]): Promise<string> {
  const server = createTcpServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", () => {
      for (const part of parts) socket.write(part);
      socket.end();
    });
  });
  onTestFinished(() => {
    server.close();
  });
  return listening(server);
}

/** `host:port` of a proxy that agrees to every CONNECT, tells all it hears and then hangs up. */
export async function tunnel(hear: (part: Buffer) => void): Promise<string> {
  const server = createTcpServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", hear);
    socket.once("data", () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      socket.once("data", () => socket.end("no TLS here"));
    });
  });
  onTestFinished(() => {
    server.close();
  });
  return listening(server);
}

export const request = (url: string, more: Partial<HttpRequest> = {}): HttpRequest => ({ url, headers: {}, ...more });

export const answer = (status: number, body = "", more: Partial<HttpAnswer> = {}): HttpAnswer => ({
  status,
  at: instant(1_769_752_800_000),
  ms: 5,
  body: new TextEncoder().encode(body),
  ...more,
});

export const textOf = ({ body }: { readonly body: Uint8Array }): string => new TextDecoder().decode(body);

/** The gap that a promise fails with; anything else is an error of the test. */
export async function gapOf(promise: Promise<unknown>): Promise<Gap> {
  const error: unknown = await promise.then(
    () => new Error("there was an answer"),
    (reason: unknown) => reason,
  );
  if (error instanceof Unavailable) return error.gap;
  throw error;
}
