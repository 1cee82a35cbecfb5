/** A loopback server behind `--relay`: `/HOST/PATH?QUERY` is answered by an `Http`, such as tapes or the model. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Unavailable } from "../../src/core/gap.ts";
import type { Http } from "../../src/ports.ts";

export interface RelayServer {
  readonly url: string;
  /** `HOST/PATH?QUERY` and body of every request so far. */
  readonly asked: readonly string[];
  readonly close: () => Promise<void>;
}

/** `broken` may answer in place of `http`: a status, a body with status 200, or a connection that is cut. */
export async function relayServer(
  http: Http,
  broken: (host: string) => number | "cut" | { readonly says: string } | null = () => null,
): Promise<RelayServer> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const target = (request.url ?? "").slice(1);
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const body = Buffer.concat(parts).toString();
      asked.push(`${target} ${body}`.trimEnd());
      const fault = broken(target.split("/")[0] ?? "");
      if (fault === "cut") return request.socket.destroy();
      if (typeof fault === "number") return response.writeHead(fault).end("no");
      if (fault !== null) return response.writeHead(200).end(fault.says);
      http({ url: `https://${target}`, headers: {}, ...(body === "" ? {} : { body }) }).then(
        (answer) => response.writeHead(answer.status).end(answer.body),
        (error: unknown) => {
          if (!(error instanceof Unavailable)) throw error;
          response.writeHead(404).end(error.message);
        },
      );
      return undefined;
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    close: () => new Promise((closed) => server.close(() => closed())),
  };
}
