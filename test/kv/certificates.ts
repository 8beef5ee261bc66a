/** Certificates for one test run: an authority, a server and a client signed by it, and a stranger's authority. */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface Certificates {
  /** Paths of PEM files. */
  readonly ca: string;
  readonly server: { readonly cert: string; readonly key: string };
  readonly client: { readonly cert: string; readonly key: string };
  readonly strangerCa: string;
}

/** Made with openssl, valid for a day. */
export function createCertificates(folder: string): Certificates {
  const openssl = (...given: string[]) => execFileSync("openssl", given, { cwd: folder, stdio: "ignore" });
  const authority = (name: string) => {
    openssl(
      "req",
      "-x509",
      "-newkey",
      "rsa:2048",
      "-nodes",
      "-days",
      "1",
      "-subj",
      `/CN=${name}`,
      "-keyout",
      `${name}.key`,
      "-out",
      `${name}.pem`,
    );
    return join(folder, `${name}.pem`);
  };
  const signed = (name: string) => {
    writeFileSync(
      join(folder, `${name}.ext`),
      "subjectAltName=IP:127.0.0.1,DNS:localhost\nextendedKeyUsage=serverAuth,clientAuth\n",
    );
    openssl(
      "req",
      "-newkey",
      "rsa:2048",
      "-nodes",
      "-subj",
      `/CN=${name}`,
      "-keyout",
      `${name}.key`,
      "-out",
      `${name}.csr`,
    );
    openssl(
      "x509",
      "-req",
      "-in",
      `${name}.csr`,
      "-CA",
      "ca.pem",
      "-CAkey",
      "ca.key",
      "-CAcreateserial",
      "-days",
      "1",
      "-extfile",
      `${name}.ext`,
      "-out",
      `${name}.pem`,
    );
    return { cert: join(folder, `${name}.pem`), key: join(folder, `${name}.key`) };
  };
  const ca = authority("ca");
  return { ca, server: signed("server"), client: signed("client"), strangerCa: authority("stranger") };
}

export const pem = (file: string): string => readFileSync(file, "utf8");
