/** Runs a module in a realm of its own, as Jest does: other globals, a copy of `process`, the package loaded anew. */
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import process from "node:process";
import vm from "node:vm";

const context = vm.createContext({});
const globals = vm.runInContext("globalThis", context);
for (const name of Object.getOwnPropertyNames(globalThis))
  if (!(name in globals))
    Object.defineProperty(globals, name, { configurable: true, writable: true, value: globalThis[name] });
globals.globalThis = globals;
globals.console = console;
globals.process = {
  ...process,
  listeners: () => [],
  on: () => undefined,
  removeAllListeners: () => undefined,
};

const modules = new Map();

async function load(specifier, from) {
  const file = specifier.startsWith(".") ? resolve(dirname(from), specifier) : specifier;
  let module = modules.get(file);
  if (module === undefined) {
    module = file.startsWith("/") ? ofFile(file) : await ofPackage(file);
    modules.set(file, module);
  }
  return module;
}

function ofFile(file) {
  return new vm.SourceTextModule(readFileSync(file, "utf8"), {
    context,
    identifier: file,
    initializeImportMeta: (meta) => void (meta.url = `file://${file}`),
  });
}

async function ofPackage(name) {
  const real = await import(name);
  return new vm.SyntheticModule(
    Object.keys(real),
    function set() {
      for (const [key, value] of Object.entries(real)) this.setExport(key, value);
    },
    { context },
  );
}

const main = await load(resolve(process.argv[2]), process.argv[2]);
await main.link((specifier, { identifier }) => load(specifier, identifier));
await main.evaluate();
