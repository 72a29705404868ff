import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const wasmFolder = () => dirname(createRequire(import.meta.url).resolve("@prisma/schema-engine-wasm/schema_engine_bg"));

export function engineVersion() {
	return JSON.parse(readFileSync(join(wasmFolder(), "package.json"), "utf8")).version;
}

/**
 * Prisma's own engine over a driver adapter.
 * @param {string[]} datamodels paths of the schema's files
 * @param {import("@prisma/driver-adapter-utils").ErrorCapturingSqlMigrationAwareDriverAdapterFactory} factory a driver adapter factory, bound
 */
export async function loadEngine(datamodels, factory) {
	/** @type {any} the engine reports its panics to a global */
	const registry = globalThis;
	registry.PRISMA_WASM_PANIC_REGISTRY ??= {
		message: "",
		get() {
			return this.message;
		},
		/** @param {string} message */
		set_message(message) {
			this.message = `RuntimeError: ${message}`;
		},
	};
	// The package's own entry imports the .wasm file as a module, which Node does only behind a flag.
	/** @type {any} generated code without types */
	const glue = await import("@prisma/schema-engine-wasm/schema_engine_bg");
	const bytes = readFileSync(join(wasmFolder(), "schema_engine_bg.wasm"));
	const { instance } = await WebAssembly.instantiate(bytes, { "./schema_engine_bg.js": glue });
	glue.__wbg_set_wasm(instance.exports);
	/** @type {any} */ (instance.exports).__wbindgen_start();
	const sources = datamodels.map((path) => [path, readFileSync(path, "utf8")]);
	return glue.SchemaEngine.new({ datamodels: sources.length > 0 ? sources : undefined }, () => {}, factory);
}
