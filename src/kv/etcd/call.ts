/** One remote procedure call: fields out, fields or a failure back, within its time. Nothing is tried again in here. */
import { Metadata, type ServiceError } from "@grpc/grpc-js";
import type { Procedure } from "./convert.ts";
import type { EtcdMember } from "./members.ts";
import type { Wire } from "./schema.ts";
import { failureOf, LATE, type CallFailure } from "./status.ts";

export type CallAnswer = { readonly type: "answer"; readonly fields: Wire } | CallFailure;

/** `token`: the user's. A member without leader then answers at once that it has none, instead of waiting for one. */
export function metadataFor(token: string | undefined): Metadata {
  const metadata = new Metadata();
  metadata.set("hasleader", "true");
  if (token !== undefined) metadata.set("token", token);
  return metadata;
}

export function call(
  { connection }: EtcdMember,
  { codec, path, single }: Procedure,
  fields: Wire,
  token: string | undefined,
  timeoutMs: number,
): Promise<CallAnswer> {
  return new Promise((resolve) => {
    // gRPC's own deadline is an instant of the wall clock, which may jump; it is for the member, to stop working on time.
    const options = { deadline: Date.now() + timeoutMs };
    const timer = setTimeout(() => settle(LATE), timeoutMs);
    const settle = (answer: CallAnswer): void => {
      clearTimeout(timer);
      resolve(answer);
      under?.cancel();
    };
    let under: { cancel(): void } | undefined;
    const metadata = metadataFor(token);
    if (single === true) {
      const stream = connection.makeBidiStreamRequest(path, codec.encode, codec.decode, metadata, options);
      stream.on("data", (found: Wire) => settle({ type: "answer", fields: found }));
      stream.on("error", (error: ServiceError) => settle(failureOf(error)));
      stream.on("end", () => settle({ type: "error", code: "Unavailable", message: "the stream ended" }));
      stream.write(fields);
      stream.end();
      under = stream;
      return;
    }
    under = connection.makeUnaryRequest(
      path,
      codec.encode,
      codec.decode,
      fields,
      metadata,
      options,
      (error, found) => settle(error === null ? { type: "answer", fields: found ?? {} } : failureOf(error)),
    );
  });
}
