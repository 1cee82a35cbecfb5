/** Answers as text: a published checksum is verified and a one-file archive opened (CRC checked, size bounded). */
import { hash } from "node:crypto";
import { Unavailable } from "../core/gap.ts";
import type { Http, HttpAnswer, TextAnswer, Web } from "../ports.ts";

export const sha256 = (body: Uint8Array | string): string => hash("sha256", body, "hex");

/** Bytes to text. A checksum that does not fit, or an archive that cannot be opened, is `malformed`. */
export function opened(http: Http): Web {
  return async (request) => {
    const answer = await http(request);
    if (request.sha256 !== undefined && answer.status === 200) {
      const found = sha256(answer.body);
      if (found !== request.sha256.toLowerCase()) {
        throw malformed("checksum", `expected ${request.sha256}, found ${found}`);
      }
    }
    return textOf(answer);
  };
}

const utf8 = new TextDecoder();

async function textOf({ status, at, body, ms, kept, shelf }: HttpAnswer): Promise<TextAnswer> {
  const zipped = body[0] === 0x50 && body[1] === 0x4b && body[2] === 3 && body[3] === 4;
  const bytes = zipped ? await unzip(body) : body;
  const text = utf8.decode(bytes);
  return {
    status,
    at,
    ms,
    text,
    ...(kept === undefined ? {} : { kept }),
    ...(shelf === undefined ? {} : { shelf }),
  };
}

const malformed = (at: string, detail: string): Unavailable => new Unavailable({ why: "malformed", at, detail });

const MAX_BYTES = 32 * 1024 * 1024;

/**
 * Names in an archive mean nothing here, since nothing is written. adm-zip lists every parent folder of every name:
 * a 130 kB archive whose one name is 32,000 folders deep took it 20 s and 2.5 GB. So it sees no folders.
 */
const ARCHIVE = {
  noSort: true,
  decoder: {
    efs: true,
    encode: (text: string): Buffer => Buffer.from(text, "latin1"),
    decode: (name: Buffer): string => name.toString("latin1").replaceAll("/", ":"),
  },
};

/**
 * The only file of an archive. adm-zip checks the CRC and inflates no further than the declared size; that size is
 * bounded here, and compared, because an entry that declares no compressed bytes comes out empty and unchecked.
 */
async function unzip(bytes: Uint8Array): Promise<Uint8Array> {
  const { default: AdmZip } = await import("adm-zip");
  const refuse = (detail: string): Unavailable => malformed("archive", detail);
  try {
    const archive = new AdmZip(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), ARCHIVE);
    const count = archive.getEntryCount();
    const [entry] = count === 1 ? archive.getEntries() : [];
    if (entry === undefined || entry.isDirectory) throw refuse(`expected one file, found ${count} entries`);
    const { size } = entry.header;
    if (size > MAX_BYTES) throw refuse(`its file is larger than ${MAX_BYTES / 1024 / 1024} MB`);
    const data = entry.getData();
    if (data.length !== size) throw refuse(`expected ${size} bytes in it, found ${data.length}`);
    return data;
  } catch (error) {
    if (error instanceof Unavailable) throw error;
    throw refuse(error instanceof Error ? error.message : "not readable");
  }
}
