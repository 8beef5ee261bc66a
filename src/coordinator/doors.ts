/** Which doors a coordinator has by its settings: one for everything, or the probes at a door of their own. */
import { catalogueRoutes, type CatalogueApi } from "./catalogue-api.ts";
import { openDoor, type Door, type DoorOptions } from "./http-server.ts";
import { hostPort, isLoopback, readHostPort } from "./addresses.ts";
import { probeRoutes, type Probed } from "./probes.ts";
import type { Settings } from "./settings.ts";

export interface Doors {
  /** What others are told: where the catalogue is. */
  readonly address: string;
  /** For the log: the places where something listens. */
  readonly places: Readonly<Record<string, string>>;
  /** Ends every connection. */
  close(): void;
}

/** Listens; throws a `StartError` if it cannot. */
export async function openDoors(
  { adminAddress, catalogue, host, listen, port, token }: Settings,
  api: CatalogueApi & Pick<Probed, "metrics" | "overdue"> & Pick<DoorOptions, "onFault">,
): Promise<Doors> {
  const { onFault } = api;
  const probes = probeRoutes({ ...api, ready: () => api.servingTerm() !== undefined });
  const apart = readHostPort(adminAddress.value);
  // Whoever listens to other machines is called by names that it does not know; a token, or nothing to be had, guards it then.
  const gateOf = (at: string, secret: string) => ({
    hosts: isLoopback(at) ? [host.value] : undefined,
    token: secret,
  });
  const main = await openDoor({
    host: listen.value,
    port: port.value,
    flag: "--port",
    gate: gateOf(listen.value, token.value),
    onFault,
    routes: [...(catalogue.value ? catalogueRoutes(api) : []), ...(apart === undefined ? probes : [])],
  });
  const address = hostPort(host.value, main.port);
  const http = `http://${hostPort(listen.value, main.port)}`;
  if (apart === undefined) return { address, places: { http }, close: () => main.close() };
  let admin: Door;
  try {
    admin = await openDoor({
      ...apart,
      flag: "--admin-address",
      gate: gateOf(apart.host, ""),
      routes: probes,
      onFault,
    });
  } catch (error) {
    main.close();
    throw error;
  }
  return {
    address,
    places: { http, admin: `http://${hostPort(apart.host || "*", admin.port)}` },
    close() {
      main.close();
      admin.close();
    },
  };
}
